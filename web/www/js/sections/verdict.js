export function mountVerdict(app) {}
