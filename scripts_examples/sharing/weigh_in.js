// A script that shares its code with others: units and the tracker's definition are modules of the brand.

import tracker, { record } from 'tracker';
import { toKg } from 'units';

const before = record(toKg(182));
setVariable('entity', tracker.slug);
setVariable('change_kg', before === null ? 0 : Math.round((toKg(182) - before) * 10) / 10);
console.log(`${tracker.slug}: ${toKg(182)} kg`);
