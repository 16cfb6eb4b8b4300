/** Converters by wire. The hub wire, `openai-chat`, needs none. */
import type { Wire } from '../../plugins/api.ts'
import type { Converter } from '../converter.ts'
import { anthropicMessages } from '../wires/anthropic-messages/convert/index.ts'

export const HUB_WIRE: Wire = 'openai-chat'

export const converters: ReadonlyMap<Wire, Converter> = new Map([[anthropicMessages.wire, anthropicMessages]])
