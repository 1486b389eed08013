// Every function exported here becomes a workflow type: workflows only.
export { activation } from './activation/activation';
export { sweep } from './sweep';
