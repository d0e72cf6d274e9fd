// The evaluation of the network in use: asked for once, however many parts of the page need it.

let network = null;
let evaluation = null;

/** Promises the evaluation of the network in use, as `evaluate` in worker.js answers it. */
export function evaluationOf(app) {
  if (network !== app.network) [network, evaluation] = [app.network, app.engine.evaluate()];
  return evaluation;
}
