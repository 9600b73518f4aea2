// DescribeImagePipelines with each of its filters, page by page, as the SDK reads it; ClientTokens.
"use strict";

const assert = require("node:assert/strict");
const emulator = require("../lib/emulator");
const sdk = require("../lib/sdk");

const region = { regionId: "cn-hangzhou" };
const least = { ...region, baseImageType: "IMAGE", baseImage: "m-1" };

// Seven templates: three of a team, two of a group.
async function fill(client) {
  const ids = [];
  for (let i = 1; i <= 7; i += 1) {
    const made = await client.create({
      ...least,
      name: `web-${i}`,
      resourceGroupId: i <= 2 ? "rg-one" : "rg-two",
      tag: [{ key: "n", value: String(i) }, ...(i <= 3 ? [{ key: "team", value: "web & db" }] : [])],
    });
    ids.push(made.imagePipelineId);
  }
  return ids;
}

const idsOf = (body) => body.imagePipeline.imagePipelineSet.map((one) => one.imagePipelineId);

const checks = {
  "each filter": async (client) => {
    const ids = await fill(client);
    const found = async (filter) => {
      const body = await client.describe({ ...region, ...filter });
      assert.equal(body.totalCount, idsOf(body).length);
      return idsOf(body);
    };
    assert.deepEqual(await found({}), ids);
    assert.deepEqual(await found({ name: "web-4" }), [ids[3]]);
    assert.deepEqual(await found({ resourceGroupId: "rg-one" }), ids.slice(0, 2));
    assert.deepEqual(await found({ imagePipelineId: [ids[5], ids[1], "ip-none"] }), [ids[1], ids[5]]);
    assert.deepEqual(await found({ tag: [{ key: "team", value: "web & db" }] }), ids.slice(0, 3));
    assert.deepEqual(await found({ tag: [{ key: "team" }, { key: "n", value: "2" }] }), [ids[1]]);
    assert.deepEqual(await found({ tag: [{ key: "team", value: "other" }] }), []);
    assert.deepEqual(await found({ regionId: "cn-beijing" }), []);
    assert.deepEqual(
      await found({ ownerAccount: "a", ownerId: 1, resourceOwnerAccount: "b", resourceOwnerId: 2 }),
      ids,
    );
  },
  "page by page": async (client) => {
    const ids = await fill(client);
    const seen = [];
    const pages = [];
    let nextToken;
    do {
      const body = await client.describe({ ...region, maxResults: 3, nextToken });
      assert.deepEqual([body.totalCount, body.maxResults], [7, 3]);
      seen.push(...idsOf(body));
      pages.push(idsOf(body).length);
      nextToken = body.nextToken;
    } while (nextToken);
    assert.equal(nextToken, "");
    assert.deepEqual([seen, pages], [ids, [3, 3, 1]]);
  },
  "a page token belongs to its filter": async (client) => {
    await fill(client);
    const { nextToken } = await client.describe({ ...region, maxResults: 2 });
    await assert.rejects(client.describe({ ...region, maxResults: 2, name: "web-1", nextToken }), {
      code: "Invalid.NextToken",
    });
  },
  "a ClientToken makes one template": async (client) => {
    const first = await client.create({ ...least, clientToken: "once" });
    const again = await client.create({ ...least, clientToken: "once" });
    assert.equal(again.imagePipelineId, first.imagePipelineId);
    await assert.rejects(client.create({ ...least, name: "other", clientToken: "once" }), {
      code: "IdempotentParameterMismatch",
    });
    assert.equal((await emulator.state()).pipelines.length, 1);
  },
};

module.exports = async (report) => {
  for (const way of ["V3 query", "1.0 query", "1.0 pop POST"]) {
    for (const [name, run] of Object.entries(checks)) {
      await report.check("SDK → emulator: filters, pages, ClientTokens", `${name}, ${way}`, async () => {
        await emulator.reset();
        await run(sdk.ways[way]({ port: emulator.port, key: sdk.KEYS.key }));
      });
    }
  }
};
