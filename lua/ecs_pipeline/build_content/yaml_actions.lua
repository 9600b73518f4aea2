--- The YAML notation as data. Source: the page "Commands supported by Image Builder" (ECS
-- 2014-05-26): the keys of a content, of a parameter and of a task, the actions and their
-- properties. Not said there: which of these the service refuses when a pipeline is created.
local yaml_actions = {}

-- "name:Type"; "!" behind it: required.
local function properties(text)
  local list = {}
  for name, kind, required in text:gmatch("(%w+):(%w+)(!?)") do
    list[name] = { kind = kind, required = required == "!" }
  end
  return list
end

yaml_actions.TOP = properties("Parameters:Map Tasks:List!")
yaml_actions.PARAMETER = properties("Type:String! DefaultValue:Any")
yaml_actions.TASK = properties("Name:String! Action:String! Properties:Map")
yaml_actions.TYPES = { String = true, Number = true, Boolean = true }

--- Action → its properties, and the only system that has it.
yaml_actions.ACTIONS = {
  RunShellCommand = { system = "Linux",
    properties("commandContent:String! workingDir:String username:String") },
  RunPowerShellCommand = { system = "Windows", properties("commandContent:String! "
    .. "workingDir:String username:String windowsPasswordName:String") },
  InvokeCommand = { properties("commandId:String! username:String parameters:Map") },
  OSSDownload = { properties("bucketName:String! objectName:String! destinationDir:String! "
    .. "ossRegion:String validTime:Number") },
  OSSUpload = { properties("bucketName:String! objectName:String! fileToUpload:String! "
    .. "ossRegion:String validTime:Number") },
  WebDownload = { properties("sourcePath:String! destinationDir:String! tokenInfo:Any "
    .. "timeout:Number") },
  Reboot = { properties("forceStop:Boolean") },
}

return yaml_actions
