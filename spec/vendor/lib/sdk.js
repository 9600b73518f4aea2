// The vendor's packages, and their clients behind one interface for every signature and placement:
// { create, describe, delete }(arguments with the SDK's names) for a pipeline, and call(operation, arguments) for any
// operation in fields.js → the SDK's own response body model.
"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");
const operations = require("./fields");

const vendor = createRequire(path.join(process.env.VENDOR_PACKAGES, "package.json"));
const ecs = vendor("@alicloud/ecs20140526");
const products = {
  ecs,
  vpc: vendor("@alicloud/vpc20160428"),
  sts: vendor("@alicloud/sts20150401"),
  resourcemanager: vendor("@alicloud/resourcemanager20200331"),
};
const core = vendor("@alicloud/openapi-core");
const dara = vendor("@darabonba/typescript");
const Pop = vendor("@alicloud/pop-core");

// The SDK of an operation, its models, and the version of its API.
const productOf = (operation) => operations[operation].product || "ecs";
const versionOf = (operation) => operations[operation].version || "2014-05-26";
const model = (operation, kind) => products[productOf(operation)][`${operations[operation].action}${kind}`];

// The keys that emulator.lua knows.
const KEYS = {
  key: { accessKeyId: "vendor-key", accessKeySecret: "vendor-secret" },
  sts: {
    accessKeyId: "vendor-sts",
    accessKeySecret: "sts-secret",
    securityToken: "sts/token+with=reserved characters",
  },
};

const isModel = (type) => typeof type === "function" && typeof type.names === "function";

// Plain arguments → a request model, nested ones built as the types say.
function build(Model, plain) {
  const types = Model.types();
  const fields = {};
  for (const [name, value] of Object.entries(plain)) {
    const type = types[name];
    if (type === undefined) throw new Error(`${Model.name} has no ${name}`);
    const itemType = type.type === "array" && type.itemType;
    fields[name] = isModel(type)
      ? build(type, value)
      : isModel(itemType)
        ? value.map((item) => build(itemType, item))
        : value;
  }
  return new Model(fields);
}

// A response model → plain objects without what is not there.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}

// Nothing for an action that takes no parameters: it has no model.
function requestModel(operation, args) {
  const Model = model(operation, "Request");
  return Model && build(Model, args);
}

function face(call) {
  const verbs = ["create", "describe", "delete"].map((verb) => [verb, (args) => call(`pipeline.${verb}`, args)]);
  return { call, ...Object.fromEntries(verbs) };
}

function config({ port, authority, key, signature, retryOptions }) {
  return new core.$OpenApiUtil.Config({
    ...key,
    endpoint: authority ? `localhost:${port}` : `127.0.0.1:${port}`,
    protocol: authority ? "HTTPS" : "HTTP",
    ca: authority,
    regionId: "cn-hangzhou",
    signatureAlgorithm: signature === "1.0" ? "v2" : undefined,
    readTimeout: 10000,
    connectTimeout: 10000,
    retryOptions,
  });
}

// The SDK as it is used: parameters in the query. options: { port, authority (CA text: HTTPS), key, signature }.
function query(options) {
  const clients = {};
  const runtime = new dara.RuntimeOptions({});
  return face(async (operation, args) => {
    const { action } = operations[operation];
    const product = productOf(operation);
    clients[product] = clients[product] || new products[product].default(config(options));
    const name = action[0].toLowerCase() + action.slice(1);
    const request = requestModel(operation, args);
    return (await clients[product][`${name}WithOptions`](...(request ? [request] : []), runtime)).body;
  });
}

function flat(operation, args) {
  const request = requestModel(operation, args);
  return request ? core.OpenApiUtil.query(request.toMap()) : {};
}
// pop-core's JSON reader makes objects without a prototype, which the models do not take.
const reply = (operation, raw) =>
  dara.cast(JSON.parse(JSON.stringify(raw)), new (model(operation, "ResponseBody"))({}));

// The SDK's core, told to put the parameters into a form body.
function form(options) {
  const client = new core.default(config(options));
  return face(async (operation, args) => {
    const { action } = operations[operation];
    const params = new core.$OpenApiUtil.Params({
      action,
      version: versionOf(operation),
      protocol: "HTTPS",
      pathname: "/",
      method: "POST",
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    });
    const request = new core.$OpenApiUtil.OpenApiRequest({ body: flat(operation, args) });
    return reply(operation, (await client.callApi(params, request, new dara.RuntimeOptions({}))).body);
  });
}

// The vendor's older client: signature 1.0, everything in the query (GET) or in the body (POST).
function pop(method, { port, authority, key }) {
  const endpoint = authority ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  const call = (operation, args) =>
    new Pop.RPCClient({ ...key, endpoint, apiVersion: versionOf(operation) }).request(operations[operation].action, flat(operation, args), {
      method,
      ca: authority,
      timeout: 10000,
      formatParams: false,
      headers: { "user-agent": "pop" },
    });
  return { raw: call, ...face(async (operation, args) => reply(operation, await call(operation, args))) };
}

// Every way in which the vendor's clients can send: name → options → client.
const ways = {
  "V3 query": (options) => query(options),
  "V3 form": (options) => form(options),
  "1.0 query": (options) => query({ ...options, signature: "1.0" }),
  "1.0 form": (options) => form({ ...options, signature: "1.0" }),
  "1.0 pop GET": (options) => pop("GET", options),
  "1.0 pop POST": (options) => pop("POST", options),
};

module.exports = { vendor, ecs, core, dara, KEYS, ways, query, form, pop, plain, model, requestModel, isModel };
