import type { Channel, ChannelSettings } from '../notify/channel';
import { type Environment, readVariables, type VariableRule } from './config';

/** Every variable of some channels, by its name. */
export function channelVariables(channels: readonly Channel[]): Record<string, VariableRule> {
  return Object.assign({}, ...channels.map(({ variables }) => variables));
}

/** What the variables of some channels say. @throws VinError `CONFIG_INVALID`. */
export function readChannels(channels: readonly Channel[], environment: Environment): ChannelSettings {
  return readVariables(environment, channelVariables(channels));
}
