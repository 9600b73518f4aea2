-- The replies of the service that the pieces read.
local replies = {}

local REQUEST_ID = "5AA23FFF-7AF5-5A3E-8F2D-000000000000"
local TEMPLATE = [[{"ImagePipelineId":"ip-bp%018d","Name":"web-%d","Description":"golden image %d",]]
  .. [["BaseImage":"m-bp1example","BaseImageType":"IMAGE","BuildContent":"RUN apt-get update",]]
  .. [["SystemDiskSize":40,"InternetMaxBandwidthOut":0,"DeleteInstanceOnFailure":true,]]
  .. [["InstanceType":"ecs.g7.large","VSwitchId":"vsw-bp1example","ResourceGroupId":"rg-bp1example",]]
  .. [["ImageName":"web","CreationTime":"2026-01-01T00:00:00Z","Tags":{"Tag":[]]
  .. [[{"TagKey":"team0","TagValue":"web"},{"TagKey":"team1","TagValue":"web"}]},]]
  .. [["AddAccounts":{"AddAccount":["1234567890123456"]},]]
  .. [["ToRegionIds":{"ToRegionId":["cn-qingdao","cn-zhangjiakou"]}}]]

--- The reply to DescribeImagePipelines with that many templates.
function replies.page(count)
  local list = {}
  for i = 1, count do
    list[i] = TEMPLATE:format(i, i, i)
  end
  return ([[{"RequestId":"%s","TotalCount":%d,"MaxResults":%d,"NextToken":"",]]
    .. [["ImagePipeline":{"ImagePipelineSet":[%s]}}]]):format(REQUEST_ID, count, count, table.concat(list, ","))
end

--- The reply to CreateImagePipeline.
replies.CREATED = ([[{"RequestId":"%s","ImagePipelineId":"ip-bp1example"}]]):format(REQUEST_ID)

return replies
