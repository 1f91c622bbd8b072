export function then(resolve) { resolve('then'); }
export const a = 1;
