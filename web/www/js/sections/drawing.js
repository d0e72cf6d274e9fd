export function mountDrawing(app) {}
