/** The items of a response's output, as they are when they are complete. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { KnownTool } from './tool-names.ts'

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

export const outputText = (text: string, annotations: readonly JsonObject[] = [], logprobs: unknown = []) => ({
  type: 'output_text',
  annotations,
  logprobs,
  text,
})

export const refusalPart = (refusal: string): JsonObject => ({ type: 'refusal', refusal })

export const summaryPart = (text: string): JsonObject => ({ type: 'summary_text', text })

export const messageItem = (id: string, status: ItemStatus, content: readonly JsonObject[]): JsonObject => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
})

/** `token`: what its maker wants back; null while the item is not complete. */
export const reasoningItem = (
  id: string,
  status: ItemStatus,
  summary: readonly JsonObject[],
  token: string | null,
): JsonObject => ({ id, type: 'reasoning', status, summary, encrypted_content: token })

export interface CalledTool {
  readonly id: string
  readonly callId: string
  /** The hub's. */
  readonly name: string
  readonly tool: KnownTool | undefined
}

/** The call with the name by which the client knows its tool. `text`: the arguments, or the input of a custom tool. */
export function callItem({ id, callId, name, tool }: CalledTool, status: ItemStatus, text: string): JsonObject {
  return {
    id,
    type: tool?.custom ? 'custom_tool_call' : 'function_call',
    status,
    ...(tool?.custom ? { input: text } : { arguments: text }),
    call_id: callId,
    name: tool?.name ?? name,
    ...(tool?.namespace !== undefined && { namespace: tool.namespace }),
  }
}

/** Prefixes of the ids of calls. */
export const callPrefix = (tool: KnownTool | undefined): string => (tool?.custom ? 'ctc' : 'fc')
