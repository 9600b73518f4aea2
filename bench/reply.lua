--- The answer to a describe that the benches' servers give.
return {
  DESCRIBE = [[{"RequestId":"5AA23FFF-7AF5-5A3E-8F2D-000000000000","TotalCount":1,"MaxResults":10,]]
    .. [["ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-bench","Name":"web",]]
    .. [["BaseImage":"m-bp1example","BaseImageType":"IMAGE","BuildContent":"RUN apt-get update",]]
    .. [["SystemDiskSize":40,"InternetMaxBandwidthOut":0,"DeleteInstanceOnFailure":true,]]
    .. [["CreationTime":"2026-01-01T00:00:00Z","Tags":{"Tag":[{"TagKey":"team","TagValue":"web"}]},]]
    .. [["AddAccounts":{"AddAccount":[]},"ToRegionIds":{"ToRegionId":["cn-qingdao"]}}]}}]],
}
