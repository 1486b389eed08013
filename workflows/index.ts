// Every function exported here becomes a workflow type: workflows only.
export { activation } from './activation/activation';
export { again } from './again';
export { batch } from './batch/batch';
export { certificates } from './certificates/certificates';
export { dayCount } from './day-count';
export { days } from './days/days';
export { defleeting } from './defleeting/defleeting';
export { notices } from './notices/notices';
export { parking } from './parking/parking';
export { parkingSweep } from './parking-sweep';
export { sweep } from './sweep';
export { tokens } from './tokens/tokens';
