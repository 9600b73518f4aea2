--- Region ids that the emulator takes for real ones.

local list = [[
  cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-hangzhou cn-shanghai cn-nanjing
  cn-fuzhou cn-wuhan-lr cn-shenzhen cn-heyuan cn-guangzhou cn-chengdu cn-hongkong cn-zhengzhou-jva
  ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5
  ap-southeast-6 ap-southeast-7 ap-south-1 us-east-1 us-west-1 na-south-1 eu-west-1 eu-central-1
  me-east-1 me-central-1 cn-hangzhou-finance cn-shanghai-finance-1 cn-shenzhen-finance-1
  cn-beijing-finance-1 cn-north-2-gov-1
]]

local regions = {}
for id in list:gmatch("%S+") do
  regions[#regions + 1] = id
end

return regions
