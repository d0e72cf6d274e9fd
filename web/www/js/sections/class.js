// 7. A class: drawings under a name, kept on this device, and what training with them changes.

import { mountClassFiles } from '../class-files.js';
import { mountClassForm } from '../class-form.js';
import { mountClassList } from '../class-list.js';
import { mountClassTraining } from '../class-training.js';
import { Drawings } from '../drawings.js';
import { thereupon } from '../elements.js';

export function mountClass(app) {
  const drawings = new Drawings(app);
  mountClassForm(app, drawings);
  mountClassList(app, drawings);
  mountClassTraining(app, drawings);
  mountClassFiles(app, drawings);
  thereupon(() => drawings.restore());
}
