// Generated inputs for both clients, from one seed: the same values every time. If you run this file, it prints them as
// JSON: { endpoint, credentials, cases = [{ name, operation, credentials, lua = our arguments, sdk = the SDK's }] }.
"use strict";

const operations = require("./fields");

// mulberry32: small, and the same everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = generator(20140526);
const upTo = (n) => Math.floor(random() * n);
const pick = (list) => list[upTo(list.length)];
const chance = (probability) => random() < probability;
const times = (n, make) => Array.from({ length: n }, (_, i) => make(i));

const TEXTS = [
  "",
  " ",
  "web-base",
  "0",
  "false",
  "null",
  " lead and trail ",
  "a+b",
  "a%2Bb%",
  "%",
  "%%41",
  "a=b&c=d?e#f/g",
  "*",
  "~",
  "-_.~",
  "!'()*",
  ";:@,$",
  '<>"\\^`{|}[]',
  "\t",
  "line\nline",
  "line\r\nline\r\n",
  "\u0000",
  "\u0001\u001f\u007f",
  "\u0080\u00a0\u00ad",
  "镜像流水线",
  "𠮷野家",
  "🚀👩‍👩‍👧",
  "é",
  "e\u0301",
  "שלום‏",
  "\ufeffbom",
  "\u2028\u2029",
  "\uffff",
  "Straße İı",
  "ip-bp1a2b3c",
  "https://example.com/a?b=c&d=%20",
  "acs:ecs",
  "1e15",
  "40.0",
  "[object Object]",
];
const LETTERS = [..."abcXYZ019-_.~!*'()+ %&=/?#;:@,$\"\\<>\n\ré镜🚀\u0000\u2028"];
const INTEGERS = [0, 1, 20, 40, 500, 2048, -1, 100000, 2 ** 31, 999999999999999];
const NUMBERS = [0, 0.5, 1, 2.5, 16, 1024, 1e-3, 12345.678];
const LINES = [
  "RUN apt-get update && apt-get install -y nginx",
  'ENV A="b c"',
  "# 注释 *",
  "\tRUN echo '100%' \\",
  "",
  "RUN x",
];

function text() {
  return chance(0.6) ? pick(TEXTS) : times(1 + upTo(40), () => pick(LETTERS)).join("");
}

// Now and then as long as the service takes, and worst when encoded: newlines triple.
function script() {
  const limit = chance(0.2) ? 16384 : 1 + upTo(600);
  const line = chance(0.3) ? () => "\n" : () => pick(LINES) + pick(["\n", "\r\n"]);
  let out = "";
  while (Buffer.byteLength(out) < limit) out += line();
  return Buffer.from(out)
    .subarray(0, limit)
    .toString()
    .replace(/\ufffd/g, "");
}

// An integer as a number, or as digits: both clients take both.
function integer() {
  const value = pick(INTEGERS);
  return chance(0.2) ? String(value) : value;
}

function byBytes(a, b) {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

// The SDK has a list; we have a map (numbered in byte order of the keys) or a list, which a tag without a value needs.
function tags(count) {
  const keys = [...new Set(times(count, (i) => (chance(0.5) ? `key${i + 1}` : text())))];
  const list = keys.map((key) => ({ key, value: text() }));
  if (list.length > 0 && chance(0.3)) {
    delete pick(list).value;
    return { sdk: list, lua: list };
  } else if (chance(0.3)) {
    return { sdk: list, lua: list };
  }
  list.sort(byBytes);
  return { sdk: list, lua: Object.fromEntries(list.map((tag) => [tag.key, tag.value])) };
}

const both = (value) => ({ sdk: value, lua: value });

// `shape`: how often a parameter is given, how long lists are, and what every scalar is (left out: at random).
const kinds = {
  text: (shape) => both(shape.text !== undefined ? shape.text : text()),
  script: (shape) => both(shape.text !== undefined ? shape.text : script()),
  integer: (shape) => both(shape.integer !== undefined ? shape.integer : integer()),
  number: (shape) => both(shape.integer !== undefined ? shape.integer : pick(NUMBERS)),
  boolean: (shape) => both(shape.boolean !== undefined ? shape.boolean : chance(0.5)),
  texts: (shape) => both(times(shape.items(), () => kinds.text(shape).sdk)),
  // a list of ours that the SDK takes as one text
  joined(shape) {
    const list = times(shape.items(), () => pick(["vpc-1", "10.0.0.0/8", "a b", "镜", "x&y=z"]));
    return { lua: list, sdk: list.length > 0 ? list.join(",") : undefined };
  },
  accounts: (shape) => both(times(shape.items(), () => pick([1234567890123456, "1511928242963727", 9007199254740991]))),
  tags: (shape) => tags(shape.items()),
  object: (shape, fields) => object(fields, shape),
  objects(shape, fields) {
    // An item with nothing in it is not the same to both; items always have something.
    const items = times(shape.items(), () => {
      let item = {};
      while (Object.keys(item.sdk || {}).length === 0)
        item = object(fields, { ...shape, given: Math.max(shape.given, 0.5) });
      return item;
    });
    return { sdk: items.map((item) => item.sdk), lua: items.map((item) => item.lua) };
  },
};

function object(fields, shape) {
  const out = { sdk: {}, lua: {} };
  for (const [sdk, lua, kind, more] of fields) {
    if (!chance(shape.given)) continue;
    const value = kinds[kind](shape, more);
    out.sdk[sdk] = value.sdk;
    if (lua) {
      out.lua[lua] = value.lua;
    } else {
      out.lua.extra = { ...out.lua.extra, ...(kind === "object" ? value.lua.extra : { [more]: value.lua }) };
    }
  }
  return out;
}

const few = () => upTo(4);
const SHAPES = [
  ["everything", { given: 1, items: () => 12 }],
  ["every text empty", { given: 1, items: () => 2, text: "" }],
  ["zero and false", { given: 1, items: () => 1, integer: 0, boolean: false }],
  ["true", { given: 1, items: () => 1, boolean: true }],
  ["the largest integer", { given: 1, items: () => 1, integer: 9007199254740991 }],
  ["digits with noughts", { given: 1, items: () => 1, integer: "007", text: "1e+15" }],
  ["empty lists and objects", { given: 1, items: () => 0 }],
  ["nothing", { given: 0, items: few }],
  ["every text reserved characters", { given: 1, items: () => 3, text: "!*'();:@&=+$,/?#[]%~-_. \"<>\\^`{|}" }],
  ["every text unicode", { given: 1, items: () => 3, text: "镜像𠮷🚀e\u0301\u2028\ufeff" }],
];
// How many at random; of any other operation, 25.
const COUNTS = { "pipeline.create": 260, "pipeline.describe": 80 };

// Each field alone, so that a difference names it.
function alone(fields, path) {
  return fields.flatMap(([sdk, lua, kind, more]) => {
    const shape = { given: 1, items: () => 2 };
    const inner = kind === "object" ? alone(more, `${path}${sdk}.`) : [];
    const wrap = (value) => object([[sdk, lua, kind, more]], { ...shape, ...value });
    return [
      { name: `only ${path}${sdk}`, ...wrap({}) },
      ...inner.map((item) => ({ name: item.name, sdk: { [sdk]: item.sdk }, lua: lua ? { [lua]: item.lua } : item.lua })),
    ];
  });
}

function generate() {
  const cases = [];
  for (const [operation, { fields }] of Object.entries(operations)) {
    const made = [
      ...SHAPES.map(([name, shape]) => ({ name, ...object(fields, shape) })),
      ...alone(fields, ""),
      ...times(COUNTS[operation] || 25, (i) => ({
        name: `random ${i + 1}`,
        ...object(fields, { given: 0.1 + random() * 0.6, items: few }),
      })),
    ];
    for (const one of made) {
      cases.push({ operation, credentials: pick(["key", "token", "long"]), ...one });
    }
  }
  return cases;
}

const credentials = {
  key: { access_key_id: "LTAIvendor", access_key_secret: "vendor-secret" },
  token: { access_key_id: "STS.vendor", access_key_secret: "sts-secret", security_token: "sts/token+with=reserved" },
  long: { access_key_id: "LTAIlong", access_key_secret: "0123456789abcdef".repeat(8) },
};

if (require.main === module) {
  const endpoint = "https://ecs.cn-hangzhou.aliyuncs.com";
  process.stdout.write(JSON.stringify({ endpoint, credentials, cases: generate() }));
}

module.exports = { generate, credentials };
