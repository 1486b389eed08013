// Every function exported here becomes a workflow type: workflows only.
export { activation } from './activation/activation';
export { permit } from './permit';
export { sweep } from './sweep';
