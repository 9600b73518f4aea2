--- Region ids that the emulator takes for real ones, and their names (eu-west-2: the vendor's SDK
-- knows the id only).

-- id, name in Chinese (the service's default), in English
local rows = [[
  cn-qingdao|华北1（青岛）|China (Qingdao)
  cn-beijing|华北2（北京）|China (Beijing)
  cn-zhangjiakou|华北3（张家口）|China (Zhangjiakou)
  cn-huhehaote|华北5（呼和浩特）|China (Hohhot)
  cn-wulanchabu|华北6（乌兰察布）|China (Ulanqab)
  cn-hangzhou|华东1（杭州）|China (Hangzhou)
  cn-shanghai|华东2（上海）|China (Shanghai)
  cn-nanjing|华东5（南京）|China (Nanjing)
  cn-fuzhou|华东6（福州）|China (Fuzhou)
  cn-wuhan-lr|华中1（武汉）|China (Wuhan)
  cn-shenzhen|华南1（深圳）|China (Shenzhen)
  cn-heyuan|华南2（河源）|China (Heyuan)
  cn-guangzhou|华南3（广州）|China (Guangzhou)
  cn-chengdu|西南1（成都）|China (Chengdu)
  cn-hongkong|中国香港|China (Hong Kong)
  cn-zhengzhou-jva|郑州|China (Zhengzhou)
  ap-northeast-1|日本（东京）|Japan (Tokyo)
  ap-northeast-2|韩国（首尔）|South Korea (Seoul)
  ap-southeast-1|新加坡|Singapore
  ap-southeast-2|澳大利亚（悉尼）|Australia (Sydney)
  ap-southeast-3|马来西亚（吉隆坡）|Malaysia (Kuala Lumpur)
  ap-southeast-5|印度尼西亚（雅加达）|Indonesia (Jakarta)
  ap-southeast-6|菲律宾（马尼拉）|Philippines (Manila)
  ap-southeast-7|泰国（曼谷）|Thailand (Bangkok)
  ap-south-1|印度（孟买）|India (Mumbai)
  us-east-1|美国（弗吉尼亚）|US (Virginia)
  us-west-1|美国（硅谷）|US (Silicon Valley)
  na-south-1|墨西哥|Mexico
  eu-west-1|英国（伦敦）|UK (London)
  eu-central-1|德国（法兰克福）|Germany (Frankfurt)
  me-east-1|阿联酋（迪拜）|UAE (Dubai)
  me-central-1|沙特（利雅得）|SAU (Riyadh)
  cn-hangzhou-finance|华东1 金融云|China East 1 Finance
  cn-shanghai-finance-1|华东2 金融云|China East 2 Finance
  cn-shenzhen-finance-1|华南1 金融云|China South 1 Finance
  cn-beijing-finance-1|华北2 金融云|China North 2 Finance
  cn-north-2-gov-1|华北2 阿里政务云1|China North 2 Ali Gov 1
  cn-heyuan-acdr-1|华南2 汽车合规|China (Heyuan ACDR Auto)
  cn-zhongwei|西北2（中卫）|China (Zhongwei)
  us-southeast-1|美国（亚特兰大）|US (Atlanta)
  eu-west-2|eu-west-2|eu-west-2
]]

-- The ids, and under `names` of each { chinese, english }.
local regions = { names = {} }
for id, chinese, english in rows:gmatch("([^|\n ]+)|([^|\n]+)|([^|\n]+)\n") do
  regions[#regions + 1] = id
  regions.names[id] = { chinese, english }
end

return regions
