--- What the benches' service answers.
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

--- The reply to CreateImagePipeline.
replies.CREATED = ([[{"RequestId":"%s","ImagePipelineId":"ip-bp1example"}]]):format(REQUEST_ID)

--- The reply to DescribeImagePipelines with `count` templates, of `total` that there are from the one after `from` on.
function replies.page(count, total, from)
  local list = {}
  total, from = total or count, from or 0
  for index = 1, count do
    list[index] = TEMPLATE:format(from + index, from + index, from + index)
  end
  local next_token = from + count < total and ("%d"):format(from + count) or ""
  return ([[{"RequestId":"%s","TotalCount":%d,"MaxResults":%d,"NextToken":"%s",]]
    .. [["ImagePipeline":{"ImagePipelineSet":[%s]}}]]):format(REQUEST_ID, total, count, next_token,
    table.concat(list, ","))
end

--- Inside nginx: a page of the region "cn-total-<N>", which has N pipelines.
function replies.answer()
  local given = ngx.req.get_uri_args()
  local total = tonumber(given.RegionId:match("^cn%-total%-(%d+)$"))
  local from = tonumber(given.NextToken) or 0
  local count = math.min(tonumber(given.MaxResults) or 10, total - from)
  local body = replies.page(count, total, from)
  ngx.header["Content-Length"] = #body
  ngx.print(body)
end

return replies
