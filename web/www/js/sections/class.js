// 7. A class: drawings under names, kept on this device, and the effect of training with them.

import { mountClassCodes } from '../class/codes.js';
import { mountClassFiles } from '../class/files.js';
import { mountClassForm } from '../class/form.js';
import { mountClassList } from '../class/list.js';
import { mountClassSheets } from '../class/sheets.js';
import { mountClassTraining } from '../class/training.js';
import { mountClassWall } from '../class/wall.js';
import { Drawings } from '../class/drawings.js';
import { reportErrors } from '../errors.js';

export function mountClass(app) {
  const drawings = new Drawings(app);
  mountClassForm(app, drawings);
  mountClassList(app, drawings);
  mountClassTraining(app, drawings);
  mountClassFiles(app, drawings);
  mountClassWall(app, drawings);
  mountClassCodes(app, drawings);
  mountClassSheets(app, drawings);
  reportErrors(() => drawings.restore());
}
