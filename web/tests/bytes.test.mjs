// A whole training run on the page ends with the weights of the command, byte for byte. engines.mjs has the other browsers.

import test from 'node:test';
import assert from 'node:assert/strict';

import { commandsModel, EXPERIMENTS, open, trainedExperiment, visit } from './browser.mjs';

const world = open();

for (const [name, experiment] of Object.entries(EXPERIMENTS)) {
  test(`the page trains to the bytes of the command, with and without vector instructions: ${name}`, async () => {
    const expected = commandsModel(name);
    const page = await visit(world);
    for (const kind of ['simd', 'plain']) {
      const found = await page.evaluate(`(${trainedExperiment})('${kind}', ${JSON.stringify(experiment)})`);
      assert.ok(found === expected, `the ${kind} module has other weights`);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
