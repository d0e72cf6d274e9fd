export function mountInside(app) {}
