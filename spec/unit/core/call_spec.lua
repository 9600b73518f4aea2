local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

local function prepared(args, attempt)
  return assert(core.prepare(fixture.session(), "pipeline.create", fixture.create_args(args), fixture.attempt(attempt)))
end

local function finish(body, status, headers)
  return core.finish(prepared(), { status = status or 200, headers = headers or {}, body = body })
end

describe("prepare", function()
  it("makes what the send contract wants: V3, everything in the query, empty body", function()
    local request = prepared({ description = "a b" }, { client_token = "t" })
    assert.equal("POST", request.method)
    assert.equal("https://ecs.cn-hangzhou.aliyuncs.com/?BaseImage=m-1&BaseImageType=IMAGE&ClientToken=t"
      .. "&Description=a%20b&RegionId=cn-hangzhou", request.url)
    assert.equal("", request.body)
    assert.equal("CreateImagePipeline", request.headers["x-acs-action"])
    assert.equal("2025-11-24T16:00:00Z", request.headers["x-acs-date"])
    assert.equal("ecs.cn-hangzhou.aliyuncs.com", request.headers.host)
    assert.is_nil(request.headers["content-type"])
    assert.same({ "v3", "query" }, { request.trace:way() })
  end)

  it("goes as terraform does beyond 4,096 encoded bytes: 1.0, parameters in the form", function()
    local small = prepared({ build_content = ("x"):rep(3900) })
    local large = prepared({ build_content = ("%"):rep(1400) })
    assert.same({ "v3", "query" }, { small.trace:way() })
    assert.same({ "1.0", "form" }, { large.trace:way() })
    assert.is_true(#large.url < 512)
    assert.is_truthy(large.body:find("BuildContent=%25%25", 1, true))
    assert.is_truthy(large.url:find("&Signature=", 1, true))
    assert.equal("application/x-www-form-urlencoded", large.headers["content-type"])
  end)

  it("takes either half when forced", function()
    local function way(options)
      local request = assert(core.prepare(fixture.session(options), "pipeline.create", fixture.create_args(),
        fixture.attempt()))
      return table.concat({ request.trace:way() }, " ")
    end
    assert.equal("v3 query", way({ signature_version = "v3" }))
    assert.equal("1.0 form", way({ signature_version = "1.0" }))
    assert.equal("1.0 form", way({ placement = "form" }))
    assert.equal("v3 query", way({ placement = "query" }))
    assert.equal("v3 form", way({ signature_version = "v3", placement = "form" }))
    assert.equal("1.0 query", way({ signature_version = "1.0", placement = "query" }))
  end)

  it("gives each request another nonce, and equal bytes for equal inputs", function()
    local seen = {}
    local session = fixture.session()
    local attempt = fixture.attempt()
    attempt.nonce = nil
    for _ = 1, 100 do
      local nonce = assert(core.prepare(session, "pipeline.delete", { id = "ip-1" },
        attempt)).headers["x-acs-signature-nonce"]
      assert.is_truthy(nonce:match("^%x+$") and #nonce == 32)
      assert.is_nil(seen[nonce])
      seen[nonce] = true
    end
    local a, b = prepared({ tags = { x = 1, y = 2, z = 3 } }), prepared({ tags = { z = 3, y = 2, x = 1 } })
    assert.equal(a.url, b.url)
    assert.equal(a.headers.authorization, b.headers.authorization)
  end)

  it("signs extra x-acs- headers and refuses what would break or double a header", function()
    local request = prepared({}, { headers = { ["x-acs-retry-attempts"] = "2", ["x-other"] = "y" } })
    assert.is_truthy(request.headers.authorization:find("x-acs-retry-attempts", 1, true))
    assert.is_nil(request.headers.authorization:find("x-other", 1, true))
    for _, headers in ipairs({ { ["x-a"] = "b\r\nc: d" }, { ["X-A"] = "b" }, { host = "evil" },
      { ["x-acs-action"] = "X" } }) do
      local refused, err = core.prepare(fixture.session(), "pipeline.create", fixture.create_args(),
        fixture.attempt({ headers = headers }))
      assert.is_nil(refused)
      assert.equal("validation", err.kind)
    end
  end)

  it("refuses an endpoint that is none", function()
    for _, endpoint in ipairs({ "ecs.aliyuncs.com", "ftp://x", "https://", "https://a b", "https://u:p@h",
      "https://h/p",
      "https://h\r\nX: y", "https://:1" }) do
      local refused, err = core.prepare(fixture.session(), "pipeline.create", fixture.create_args(),
        fixture.attempt({ endpoint = endpoint }))
      assert.is_nil(refused, endpoint)
      assert.equal("validation", err.kind)
    end
    assert.equal("h:8443", prepared({}, { endpoint = "https://h:8443/" }).headers.host)
    assert.equal("h", prepared({}, { endpoint = "https://h:443" }).headers.host)
    assert.equal("[::1]:80", prepared({}, { endpoint = "https://[::1]:80" }).headers.host)
  end)

  it("raises on a programmer's mistake, naming it", function()
    local session, args = fixture.session(), fixture.create_args()
    assert.error_matches(function() core.prepare(session, "pipeline.creat", args, fixture.attempt()) end, "operation")
    assert.error_matches(function() core.prepare({}, "pipeline.create", args, fixture.attempt()) end, "session")
    assert.error_matches(function() core.prepare(session, "pipeline.create", args,
      fixture.attempt({ now = "x" })) end, "now")
    assert.error_matches(function() core.prepare(session, "pipeline.create", args,
      fixture.attempt({ validate = "x" })) end,
      "validate")
    assert.error_matches(function() core.prepare(session, "pipeline.create", args,
      fixture.attempt({ credentials = {} })) end,
      "credentials")
    assert.error_matches(function()
      core.pipeline.create(session, args, fixture.attempt({ send = function() end }))
    end, "C function")
    assert.error_matches(function() core.session({ decode = function() end, user_agent = "x" }) end, "decode")
    assert.error_matches(function() core.session({ decode = print, user_agent = "a\nb" }) end, "user_agent")
  end)
end)

describe("finish", function()
  it("gives the result and, apart, what else the reply says", function()
    local result, info = finish('{"ImagePipelineId":"ip-1","RequestId":"R"}')
    assert.same({ id = "ip-1", image_pipeline_id = "ip-1", request_id = "R" }, result)
    assert.equal("ip-1", info.raw.ImagePipelineId)
    assert.equal(200, info.status)
  end)

  it("tells failures by Code, on any status, with the request id of body or header", function()
    local result, err = finish('{"Code":"InvalidName.Malformed","Message":"no","RequestId":"R"}', 400)
    assert.is_nil(result)
    assert.same({ "api", "InvalidName.Malformed", "no", "R", 400, "pipeline.create" },
      { err.kind, err.code, err.message, err.request_id, err.status, err.operation })
    result, err = finish('{"Code":"Oops","Message":"no"}', 200, { ["x-acs-request-id"] = "H" })
    assert.is_nil(result)
    assert.same({ "api", "Oops", "H" }, { err.kind, err.code, err.request_id })
    assert.is_table(finish('{"Code":"OK","ImagePipelineId":"ip-1"}'))
    result, err = finish('{"Success":false}')
    assert.is_nil(result)
    assert.equal("api", err.kind)
  end)

  it("makes protocol errors of whatever is no answer of the service", function()
    for _, case in ipairs({ { "<html>", 502 }, { "", 200 }, { "[1", 200 }, { '"text"', 200 }, { "{}", 302 },
      { "{}", 101 },
      { "\0", 200 }, { ("["):rep(5000), 200 } }) do
      local result, err = finish(case[1], case[2])
      assert.is_nil(result)
      assert.same({ "protocol", case[2] }, { err.kind, err.status })
    end
  end)

  it("gives any RPC action's reply in the service's spelling, whole numbers as such, nulls away", function()
    local request = assert(core.prepare(fixture.session(), { product = "Ecs", version = "2014-05-26",
      action = "DescribeX" },
      { PageSize = 10, Filter = { { Key = "a" } } }, fixture.attempt()))
    assert.equal("https://ecs.cn-hangzhou.aliyuncs.com/?Filter.1.Key=a&PageSize=10", request.url)
    local result = assert(core.finish(request, { status = 200, headers = {},
      body = '{"N":42,"F":1.5,"Nil":null,"L":[1,null,{"A":null,"B":2}],"Big":"1284387915995949"}' }))
    assert.equal("42", tostring(result.N))
    assert.same({ N = 42, F = 1.5, L = { 1, { B = 2 } }, Big = "1284387915995949" }, result)
  end)
end)

describe("unmarshalling", function()
  local function describe_with(pipeline)
    local request = assert(core.prepare(fixture.session(), "pipeline.describe", {}, fixture.attempt()))
    local result = assert(core.finish(request, { status = 200, headers = {},
      body = '{"ImagePipeline":{"ImagePipelineSet":[' .. pipeline
        .. ']},"TotalCount":1,"MaxResults":50,"NextToken":null}' }))
    return result.pipelines[1], result
  end

  it("flattens wrappers, turns tags to maps, sets system tags aside, drops nulls, keeps the unknown", function()
    local pipeline, result = describe_with([==[{"ImagePipelineId":"ip-1","Description":null,
      "ToRegionIds":{"ToRegionId":["a","b"]},"AddAccounts":{"AddAccount":["1","2"]},
      "Tags":{"Tag":[{"TagKey":"k","TagValue":"v"},{"TagKey":"acs:x","TagValue":"y"},{"TagKey":"e","TagValue":null}]},
      "ImageOptions":{"ImageTags":{"ImageTag":[{"TagKey":"i","TagValue":"t"}]}},
      "ImportImageOptions":{"ImportImageTags":{"ImportImageTag":[{"Key":"a","Value":"b"}]},
        "DiskDeviceMappings":{"DiskDeviceMapping":[{"OSSBucket":"b","DiskImageSize":40}]}},
      "RepairItems":{"RepairItem":["fstab"]},"SomeNewOSField":7,"NewObject":{"A":null,"B":[1,null]}}]==])
    assert.same({
      id = "ip-1", image_pipeline_id = "ip-1", to_region_id = { "a", "b" }, add_account = { "1", "2" },
      tags = { k = "v", e = "" }, system_tags = { ["acs:x"] = "y" }, image_options = { image_tags = { i = "t" } },
      import_image_options = { import_image_tags = { a = "b" },
        disk_device_mappings = { { oss_bucket = "b", disk_image_size = 40 } } },
      repair_item = { "fstab" }, some_new_os_field = 7, new_object = { B = { 1 } },
    }, pipeline)
    assert.same({ 1, 50 }, { result.total_count, result.max_results })
    assert.is_nil(result.next_token)
  end)

  it("reads every shape the documents show: numbers as text, text as numbers, nested and textual lists", function()
    local pipeline = describe_with([==[{"ImagePipelineId":"ip-1","SystemDiskSize":"40","InternetMaxBandwidthOut":20,
      "DeleteInstanceOnFailure":"false",
      "AddAccounts":{"AddAccount":[[1284387915995949,"12"]]},"ToRegionIds":{"ToRegionId":"[\"cn-a\",\"cn-b\"]"},
      "Name":42,"Tags":{}}]==])
    assert.same({ id = "ip-1", image_pipeline_id = "ip-1", system_disk_size = 40, internet_max_bandwidth_out = 20,
      delete_instance_on_failure = false, add_account = { "1284387915995949", "12" }, to_region_id = { "cn-a", "cn-b" },
      name = "42", tags = {} }, pipeline)
    assert.equal("40", tostring(pipeline.system_disk_size))
    assert.equal("20", tostring(pipeline.internet_max_bandwidth_out))
  end)

  local function with_fields(value)
    local body = {}
    for _, field in ipairs(core.operations()["pipeline.describe"].results[1].fields) do
      body[#body + 1] = ("%q:%s"):format(field.wire, field.id and '"ip-1"' or value)
    end
    return "{" .. table.concat(body, ",") .. "}"
  end

  it("survives fields of any other type", function()
    for _, value in ipairs({ "1", '"x"', "true", "[]", "{}", "null" }) do
      assert.is_table(describe_with(with_fields(value)))
    end
    for _, value in ipairs({ "[[[[1]]]]", '{"Tag":1}' }) do
      assert.is_table(describe_with('{"ImagePipelineId":"ip-1","Tags":' .. value .. ',"AddAccounts":' .. value .. "}"))
    end
  end)

  it("gives no item that has an object instead of a text, a number or a boolean", function()
    local request = assert(core.prepare(fixture.session(), "pipeline.describe", {}, fixture.attempt()))
    for _, name in ipairs({ "BuildContent", "SystemDiskSize", "DeleteInstanceOnFailure", "BaseImageType" }) do
      for _, value in ipairs({ "[[]]", "[1]", '{"a":null}', "[null]" }) do
        local result, err = core.finish(request, { status = 200, headers = {},
          body = '{"TotalCount":1,"ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1","' .. name .. '":'
            .. value .. "}]}}" })
        assert.is_nil(result)
        assert.equal("BAD_REPLY", err.code)
      end
      assert.is_nil(describe_with('{"ImagePipelineId":"ip-1","' .. name .. '":{}}').base_image_type)
    end
    request = assert(core.prepare(fixture.session(), "pipeline.create", { name = "web", base_image = "m-1",
      base_image_type = "IMAGE" }, fixture.attempt()))
    local result = assert(core.finish(request, { status = 200, headers = {}, -- what was made is not lost
      body = '{"ImagePipelineId":"ip-1","RequestId":["R"]}' }))
    assert.same({ id = "ip-1", image_pipeline_id = "ip-1" }, result)
  end)
end)

describe("credentials", function()
  it("show no secret and give none back", function()
    local credentials = fixture.credentials({ security_token = "canary-token" })
    assert.equal("credentials LTAI…Ab3d (temporary)", tostring(credentials))
    assert.equal("LTAI…Ab3d", credentials:access_key_id())
    assert.matches("^%x+$", credentials:key_digest())
    assert.equal(64, #credentials:key_digest())
    assert.is_false(getmetatable(credentials))
  end)

  it("refuse blanks and control characters without repeating the value", function()
    for _, case in ipairs({ { access_key_id = "" }, { access_key_id = "LTAI x" }, { access_key_secret = "s\n" },
      { security_token = "a\r\nb" }, { access_key_secret = "s\195\169" } }) do
      local all = { access_key_id = "id", access_key_secret = "canary-secret" }
      for name, value in pairs(case) do all[name] = value end
      local credentials, message = core.credentials(all)
      assert.is_nil(credentials)
      assert.is_truthy(message:find((next(case)), 1, true))
      assert.is_nil(message:find("canary", 1, true))
    end
    assert.error_matches(function() core.credentials({ access_key_id = 1, access_key_secret = "x" }) end,
      "access_key_id")
  end)

  it("go out under both signatures, the token too", function()
    local attempt = { credentials = fixture.credentials({ security_token = "tok", provider = "static_sts" }) }
    local v3 = prepared({}, attempt)
    assert.same({ "tok", "LTAI5tExampleKeyAb3d", "static_sts" }, { v3.headers["x-acs-security-token"],
      v3.headers["x-acs-accesskey-id"], v3.headers["x-acs-credentials-provider"] })
    local v1 = assert(core.prepare(fixture.session({ signature_version = "1.0" }), "pipeline.create",
      fixture.create_args(),
      fixture.attempt(attempt)))
    assert.is_truthy(v1.url:find("SecurityToken=tok", 1, true))
    assert.is_nil(v1.url:find(fixture.SECRET, 1, true))
  end)
end)

describe("reflection", function()
  it("lists the operations with their parameters, however deep, and results, fresh each time", function()
    local operations = core.operations()
    local function names(list)
      local found = {}
      for index, row in ipairs(list) do
        found[index] = row.name .. (row.fields and "{" .. names(row.fields) .. "}" or "")
      end
      return table.concat(found, " ")
    end
    assert.equal("image_pipeline_id region_id", names(operations["pipeline.delete"].parameters))
    assert.equal("request_id", names(operations["pipeline.delete"].results))
    assert.matches("image_options{.*image_features{nvme_support} ", names(operations["pipeline.create"].parameters))
    assert.is_true(operations["pipeline.create"].client_token)
    assert.is_false(operations["pipeline.delete"].client_token)
    operations["pipeline.create"].parameters[1].name = "changed"
    assert.not_equal("changed", core.operations()["pipeline.create"].parameters[1].name)
  end)

  it("gives one operation as the list has it, and its flags alone", function()
    for name, listed in pairs(core.operations()) do
      assert.same(listed, core.operation(name))
      listed.parameters, listed.results = nil, nil
      assert.same(listed, core.operation_flags(name))
    end
    core.operation("pipeline.create").parameters[1].name = "changed"
    assert.not_equal("changed", core.operation("pipeline.create").parameters[1].name)
    for _, read in ipairs({ core.operation, core.operation_flags }) do
      assert.is_nil(read("pipeline.explode"))
      assert.is_nil(read(""))
      for _, wrong in ipairs({ 1, {}, true }) do
        assert.has_error(function() read(wrong) end)
      end
      assert.has_error(function() read() end)
    end
  end)

  it("says what RAM is asked, and about what", function()
    local create = core.operation_flags("pipeline.create")
    assert.same({ "ecs:CreateImagePipeline", { "acs:ecs:{region}:{account}:imagepipeline/*" },
      "imagebuilder.ecs.aliyuncs.com" }, { create.ram_action, create.ram_resources, create.makes_role })
    local describe = core.operation_flags("pipeline.describe")
    assert.same({ "ecs:DescribeImagePipelines" }, { describe.ram_action, describe.makes_role })
    local oidc = core.operation_flags("sts.assume_role_with_oidc")
    assert.is_true(oidc.anonymous)
    assert.is_nil(oidc.ram_action or oidc.ram_resources)
  end)
end)
