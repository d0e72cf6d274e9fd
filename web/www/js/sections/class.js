export function mountClass(app) {}
