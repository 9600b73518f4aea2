rockspec_format = "3.0"
package = "ecs_pipeline"
version = "scm-1"
source = {
  url = "git+https://example.org/ecs_pipeline.git",
  branch = "main",
}
description = {
  summary = "Alibaba Cloud ECS image pipelines from Lua, with the wire in C",
  detailed = [[
    Creates, reads back and deletes image pipelines of Alibaba Cloud ECS. Parameters are checked, marshalled and
    signed in C (ecs_pipeline.core, libcrypto only); a blocking transport on libcurl comes as a module of its own
    (ecs_pipeline.curl), so that hosts with their own sockets never load it. An emulator of the service is included.
  ]],
  license = "MIT",
  labels = { "aliyun", "cloud", "ecs", "openresty" },
}
supported_platforms = { "unix" }
dependencies = {
  "lua >= 5.1, < 5.5",
  "lua-cjson >= 2.1.0",
}
-- LuaRocks looks for nothing where compiler and linker look themselves: it does not know Debian's multiarch folder of
-- headers, and of what is missing it cannot name the package. An #error in csrc does. CURL_DIR, CURL_INCDIR, OPENSSL_DIR …
-- are honoured all the same. On a Mac the libraries are in Homebrew's folders, which LuaRocks knows.
external_dependencies = {
  CURL = {},
  OPENSSL = {},
  platforms = {
    macosx = {
      CURL = { library = "curl" },
      OPENSSL = { header = "openssl/evp.h", library = "crypto" },
    },
  },
}
build = {
  type = "builtin",
  modules = {
    ["ecs_pipeline.core"] = {
      sources = {
        -- sources of ecs_pipeline.core: made by `make rockspec`
        "csrc/api/execution.c",
        "csrc/api/operations.c",
        "csrc/api/pipeline.c",
        "csrc/api/rules.c",
        "csrc/api/suggest.c",
        "csrc/api/texts.c",
        "csrc/binding/attempt.c",
        "csrc/binding/call.c",
        "csrc/binding/core_module.c",
        "csrc/binding/luaglue.c",
        "csrc/binding/marshal.c",
        "csrc/binding/marshal_common.c",
        "csrc/binding/marshal_plain.c",
        "csrc/binding/marshal_tags.c",
        "csrc/binding/reflect.c",
        "csrc/binding/regex.c",
        "csrc/binding/reply.c",
        "csrc/binding/report.c",
        "csrc/binding/session.c",
        "csrc/binding/stages.c",
        "csrc/binding/target.c",
        "csrc/binding/trace.c",
        "csrc/binding/unmarshal.c",
        "csrc/wire/buf.c",
        "csrc/wire/digest.c",
        "csrc/wire/params.c",
        "csrc/wire/percent.c",
        "csrc/wire/request.c",
        "csrc/wire/sign.c",
        "csrc/wire/utf8.c",
        -- end
      },
      incdirs = { "csrc", "$(OPENSSL_INCDIR)" },
      libdirs = { "$(OPENSSL_LIBDIR)" },
      libraries = { "crypto" },
    },
    ["ecs_pipeline.curl"] = {
      sources = {
        -- sources of ecs_pipeline.curl: made by `make rockspec`
        "csrc/binding/luaglue.c",
        "csrc/curl/curl_module.c",
        "csrc/curl/failure.c",
        "csrc/curl/head.c",
        "csrc/curl/kept.c",
        "csrc/curl/options.c",
        "csrc/curl/pool.c",
        "csrc/curl/settings.c",
        "csrc/curl/transfer.c",
        "csrc/wire/buf.c",
        -- end
      },
      incdirs = { "csrc", "$(CURL_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)" },
      libraries = { "curl" },
    },
    -- Lua modules: made by `make rockspec`
    ["ecs_pipeline"] = "lua/ecs_pipeline/init.lua",
    ["ecs_pipeline.bake.archive"] = "lua/ecs_pipeline/bake/archive.lua",
    ["ecs_pipeline.bake.build_content.arguments"] = "lua/ecs_pipeline/bake/build_content/arguments.lua",
    ["ecs_pipeline.bake.build_content.builder"] = "lua/ecs_pipeline/bake/build_content/builder.lua",
    ["ecs_pipeline.bake.build_content.codes"] = "lua/ecs_pipeline/bake/build_content/codes.lua",
    ["ecs_pipeline.bake.build_content.lines"] = "lua/ecs_pipeline/bake/build_content/lines.lua",
    ["ecs_pipeline.bake.build_content.lint"] = "lua/ecs_pipeline/bake/build_content/lint.lua",
    ["ecs_pipeline.bake.build_content.lint_scripts"] = "lua/ecs_pipeline/bake/build_content/lint_scripts.lua",
    ["ecs_pipeline.bake.build_content.lint_text"] = "lua/ecs_pipeline/bake/build_content/lint_text.lua",
    ["ecs_pipeline.bake.build_content.lint_verbs"] = "lua/ecs_pipeline/bake/build_content/lint_verbs.lua",
    ["ecs_pipeline.bake.build_content.packages"] = "lua/ecs_pipeline/bake/build_content/packages.lua",
    ["ecs_pipeline.bake.build_content.parser"] = "lua/ecs_pipeline/bake/build_content/parser.lua",
    ["ecs_pipeline.bake.build_content.quotes"] = "lua/ecs_pipeline/bake/build_content/quotes.lua",
    ["ecs_pipeline.bake.build_content.run_text"] = "lua/ecs_pipeline/bake/build_content/run_text.lua",
    ["ecs_pipeline.bake.build_content.secrets"] = "lua/ecs_pipeline/bake/build_content/secrets.lua",
    ["ecs_pipeline.bake.build_content.shell"] = "lua/ecs_pipeline/bake/build_content/shell.lua",
    ["ecs_pipeline.bake.build_content.words"] = "lua/ecs_pipeline/bake/build_content/words.lua",
    ["ecs_pipeline.bake.delete"] = "lua/ecs_pipeline/bake/delete.lua",
    ["ecs_pipeline.bake.ensure"] = "lua/ecs_pipeline/bake/ensure.lua",
    ["ecs_pipeline.bake.estimate"] = "lua/ecs_pipeline/bake/estimate.lua",
    ["ecs_pipeline.bake.import"] = "lua/ecs_pipeline/bake/import.lua",
    ["ecs_pipeline.bake.pace"] = "lua/ecs_pipeline/bake/pace.lua",
    ["ecs_pipeline.bake.plan"] = "lua/ecs_pipeline/bake/plan.lua",
    ["ecs_pipeline.bake.plan_canonical"] = "lua/ecs_pipeline/bake/plan_canonical.lua",
    ["ecs_pipeline.bake.plan_changes"] = "lua/ecs_pipeline/bake/plan_changes.lua",
    ["ecs_pipeline.bake.plan_identity"] = "lua/ecs_pipeline/bake/plan_identity.lua",
    ["ecs_pipeline.bake.progress"] = "lua/ecs_pipeline/bake/progress.lua",
    ["ecs_pipeline.bake.result"] = "lua/ecs_pipeline/bake/result.lua",
    ["ecs_pipeline.bake.retire"] = "lua/ecs_pipeline/bake/retire.lua",
    ["ecs_pipeline.bake.waiter"] = "lua/ecs_pipeline/bake/waiter.lua",
    ["ecs_pipeline.bytewise"] = "lua/ecs_pipeline/bytewise.lua",
    ["ecs_pipeline.call.attempts"] = "lua/ecs_pipeline/call/attempts.lua",
    ["ecs_pipeline.call.client"] = "lua/ecs_pipeline/call/client.lua",
    ["ecs_pipeline.call.dates"] = "lua/ecs_pipeline/call/dates.lua",
    ["ecs_pipeline.call.endpoint"] = "lua/ecs_pipeline/call/endpoint.lua",
    ["ecs_pipeline.call.events"] = "lua/ecs_pipeline/call/events.lua",
    ["ecs_pipeline.call.info"] = "lua/ecs_pipeline/call/info.lua",
    ["ecs_pipeline.call.options"] = "lua/ecs_pipeline/call/options.lua",
    ["ecs_pipeline.call.proxy"] = "lua/ecs_pipeline/call/proxy.lua",
    ["ecs_pipeline.call.rate_limit"] = "lua/ecs_pipeline/call/rate_limit.lua",
    ["ecs_pipeline.call.relabel"] = "lua/ecs_pipeline/call/relabel.lua",
    ["ecs_pipeline.call.render"] = "lua/ecs_pipeline/call/render.lua",
    ["ecs_pipeline.call.retry"] = "lua/ecs_pipeline/call/retry.lua",
    ["ecs_pipeline.call.skew"] = "lua/ecs_pipeline/call/skew.lua",
    ["ecs_pipeline.call.transports"] = "lua/ecs_pipeline/call/transports.lua",
    ["ecs_pipeline.credentials"] = "lua/ecs_pipeline/credentials/init.lua",
    ["ecs_pipeline.credentials.env"] = "lua/ecs_pipeline/credentials/env.lua",
    ["ecs_pipeline.credentials.static"] = "lua/ecs_pipeline/credentials/static.lua",
    ["ecs_pipeline.emulator"] = "lua/ecs_pipeline/emulator/init.lua",
    ["ecs_pipeline.emulator.access_log"] = "lua/ecs_pipeline/emulator/access_log.lua",
    ["ecs_pipeline.emulator.actions.execution"] = "lua/ecs_pipeline/emulator/actions/execution.lua",
    ["ecs_pipeline.emulator.actions.pipeline"] = "lua/ecs_pipeline/emulator/actions/pipeline.lua",
    ["ecs_pipeline.emulator.actions.pipeline_rules"] = "lua/ecs_pipeline/emulator/actions/pipeline_rules.lua",
    ["ecs_pipeline.emulator.auth"] = "lua/ecs_pipeline/emulator/auth.lua",
    ["ecs_pipeline.emulator.build_script"] = "lua/ecs_pipeline/emulator/build_script.lua",
    ["ecs_pipeline.emulator.builds"] = "lua/ecs_pipeline/emulator/builds.lua",
    ["ecs_pipeline.emulator.clock"] = "lua/ecs_pipeline/emulator/clock.lua",
    ["ecs_pipeline.emulator.commands"] = "lua/ecs_pipeline/emulator/commands.lua",
    ["ecs_pipeline.emulator.digest"] = "lua/ecs_pipeline/emulator/digest.lua",
    ["ecs_pipeline.emulator.errors"] = "lua/ecs_pipeline/emulator/errors.lua",
    ["ecs_pipeline.emulator.faults"] = "lua/ecs_pipeline/emulator/faults.lua",
    ["ecs_pipeline.emulator.idempotency"] = "lua/ecs_pipeline/emulator/idempotency.lua",
    ["ecs_pipeline.emulator.images"] = "lua/ecs_pipeline/emulator/images.lua",
    ["ecs_pipeline.emulator.json"] = "lua/ecs_pipeline/emulator/json.lua",
    ["ecs_pipeline.emulator.paging"] = "lua/ecs_pipeline/emulator/paging.lua",
    ["ecs_pipeline.emulator.params"] = "lua/ecs_pipeline/emulator/params.lua",
    ["ecs_pipeline.emulator.regions"] = "lua/ecs_pipeline/emulator/regions.lua",
    ["ecs_pipeline.emulator.registry"] = "lua/ecs_pipeline/emulator/registry.lua",
    ["ecs_pipeline.emulator.service"] = "lua/ecs_pipeline/emulator/service.lua",
    ["ecs_pipeline.emulator.state"] = "lua/ecs_pipeline/emulator/state.lua",
    ["ecs_pipeline.emulator.tags"] = "lua/ecs_pipeline/emulator/tags.lua",
    ["ecs_pipeline.emulator.text"] = "lua/ecs_pipeline/emulator/text.lua",
    ["ecs_pipeline.emulator.timeline"] = "lua/ecs_pipeline/emulator/timeline.lua",
    ["ecs_pipeline.emulator.transport"] = "lua/ecs_pipeline/emulator/transport.lua",
    ["ecs_pipeline.emulator.wire"] = "lua/ecs_pipeline/emulator/wire.lua",
    ["ecs_pipeline.emulator.xml"] = "lua/ecs_pipeline/emulator/xml.lua",
    ["ecs_pipeline.errors"] = "lua/ecs_pipeline/errors.lua",
    ["ecs_pipeline.execution_states"] = "lua/ecs_pipeline/execution_states.lua",
    ["ecs_pipeline.find.executions"] = "lua/ecs_pipeline/find/executions.lua",
    ["ecs_pipeline.find.filters"] = "lua/ecs_pipeline/find/filters.lua",
    ["ecs_pipeline.find.lookup"] = "lua/ecs_pipeline/find/lookup.lua",
    ["ecs_pipeline.find.pages"] = "lua/ecs_pipeline/find/pages.lua",
    ["ecs_pipeline.find.pipelines"] = "lua/ecs_pipeline/find/pipelines.lua",
    ["ecs_pipeline.find.target"] = "lua/ecs_pipeline/find/target.lua",
    ["ecs_pipeline.platform"] = "lua/ecs_pipeline/platform.lua",
    ["ecs_pipeline.redact"] = "lua/ecs_pipeline/redact.lua",
    ["ecs_pipeline.resources.build_content"] = "lua/ecs_pipeline/resources/build_content.lua",
    ["ecs_pipeline.resources.execution"] = "lua/ecs_pipeline/resources/execution.lua",
    ["ecs_pipeline.resources.pipeline"] = "lua/ecs_pipeline/resources/pipeline.lua",
    ["ecs_pipeline.resources.tags"] = "lua/ecs_pipeline/resources/tags.lua",
    ["ecs_pipeline.transport.curl"] = "lua/ecs_pipeline/transport/curl.lua",
    -- end
  },
  platforms = {
    linux = { -- dladdr and pthread_once were in libraries of their own before glibc 2.34
      modules = {
        ["ecs_pipeline.core"] = { libraries = { "crypto", "pthread", "dl" } },
        ["ecs_pipeline.curl"] = { libraries = { "curl", "pthread", "dl" } },
      },
    },
  },
}
-- Not type = "busted": that one asks a registry for the busted rock before it runs anything.
test = {
  type = "command",
  command = "make test",
}
