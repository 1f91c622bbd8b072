export let count = 0;
export const one = 1;
export function inc() { return ++count; }
export default () => 'good';
