-- Codes, statuses and texts of refusals.
local errors = require("ecs_pipeline.emulator.errors")

describe("a refusal of the emulator", function()
  it("has the status that the service documents, missing parameters 404, all others 400", function()
    for code, status in pairs({ ["Forbidden.RAM"] = 403, ["InvalidImagePipeline.NotFound"] = 404,
      UnsupportedHTTPMethod = 405, OperationConflict = 409, InternalError = 500, ServiceUnavailable = 503,
      ["MissingParameter.Name"] = 404, ["MissingParameter.Content"] = 400, ["InvalidName.Malformed"] = 400,
      Whatever = 400 }) do
      assert.equal(status, errors.status(code), code)
    end
  end)

  it("has a text of its own, or one made of its code", function()
    for code, message in pairs({
      ["Throttling"] = "Request was denied due to request throttling.",
      ["MissingParameter.Name"] =
        'The input parameter "Name" that is mandatory for processing this request is not supplied.',
      ["InvalidParameter.Size"] = "The specified Size is not valid.",
      ["InvalidName.Malformed"] = "The specified Name is not valid.",
      ["InvalidStatus.NotSupportedValue"] = "The specified Status is not valid.",
      ["InvalidDisk.NotFound"] = "The specified Disk does not exist.",
      ["Whatever"] = "The request was refused (Whatever).",
    }) do
      assert.equal(message, errors.new(code).message)
    end
    assert.same({ status = 418, code = "Throttling", message = "no" }, errors.new("Throttling", "no", 418))
  end)

  it("names the parameter without a code of its own, and the execution that runs", function()
    assert.same({ "InvalidParameter", 'The specified parameter "MaxResults" is not valid.' },
      { errors.parameter("MaxResults").code, errors.parameter("MaxResults").message })
    assert.equal("The specified image pipeline has an execution that is running: exec-1.",
      errors.has_running_execution("exec-1").message)
  end)

  it("is spelled as the service does, the host without its port", function()
    assert.same({ RequestId = "R-1", HostId = "ecs.aliyuncs.com", Code = "Throttling", Message = "no",
      Recommend = "https://api.aliyun.com/troubleshoot?q=Throttling&product=Ecs&requestId=R-1" },
      errors.body(errors.new("Throttling", "no"), "R-1", "ecs.aliyuncs.com:443"))
  end)
end)
