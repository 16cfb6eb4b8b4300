/**
 * Folds of the two wires' streams into whole answers, written apart from the converters so that they can judge them.
 */
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'

interface Call {
  id: string
  type: string
  function: { name: string; arguments: string }
}

interface Chunk {
  choices: {
    finish_reason: string | null
    delta: {
      content?: string
      refusal?: string
      reasoning?: string
      reasoning_details?: JsonObject[]
      tool_calls?: (Call & { index: number })[]
    }
  }[]
}

/** A `chat.completion` from its chunks. */
export function foldChunks(events: readonly OutEvent[]): JsonObject {
  const message: JsonObject = { role: 'assistant', content: '' }
  const calls: Call[] = []
  const details: JsonObject[] = []
  const out: JsonObject = { choices: [] }
  for (const { data } of events) {
    if (data === '[DONE]') continue
    Object.assign(out, { id: data.id, model: data.model, created: data.created })
    if (data.usage) out.usage = data.usage
    const choice = (data as unknown as Chunk).choices[0]
    if (!choice) continue
    if (choice.finish_reason) out.finish_reason = choice.finish_reason
    const { delta } = choice
    if (delta.content) message.content = `${message.content}${delta.content}`
    if (delta.refusal) message.refusal = delta.refusal
    if (delta.reasoning) message.reasoning = `${message.reasoning ?? ''}${delta.reasoning}`
    for (const detail of delta.reasoning_details ?? []) addDetail(details, detail)
    for (const call of delta.tool_calls ?? []) {
      const known = calls[call.index]
      if (known) known.function.arguments += call.function.arguments
      else calls[call.index] = { id: call.id, type: call.type, function: { ...call.function } }
    }
  }
  if (details.length > 0) message.reasoning_details = details
  if (calls.length > 0) message.tool_calls = calls
  return { ...out, message }
}

function addDetail(details: JsonObject[], detail: JsonObject): void {
  const last = details.at(-1)
  if (!last || last.index !== detail.index || detail.type !== 'reasoning.text')
    details.push(detail.type === 'reasoning.text' ? { text: '', ...detail } : { ...detail })
  else
    Object.assign(last, {
      text: `${last.text ?? ''}${detail.text ?? ''}`,
      ...(detail.signature ? { signature: detail.signature } : {}),
    })
}

/** An Anthropic message from its events; throws when their order is not the documented one. */
export function foldMessage(events: readonly OutEvent[]): JsonObject {
  let message: JsonObject | undefined
  let open: { block: JsonObject; index: number; json: string } | undefined
  let stopped = false
  const content: JsonObject[] = []
  const must = (right: boolean, what: unknown): void => {
    if (!right || stopped) throw new Error(`out of order: ${JSON.stringify(what)}`)
  }
  for (const { event, data } of events) {
    if (data === '[DONE]') throw new Error('[DONE] is not in this wire')
    if (data.type !== event) throw new Error(`event ${event} carries ${String(data.type)}`)
    if (data.type === 'message_start') {
      must(message === undefined, data)
      message = { ...(data.message as JsonObject) }
    } else if (data.type === 'content_block_start') {
      must(message !== undefined && open === undefined && data.index === content.length, data)
      open = { block: { ...(data.content_block as JsonObject) }, index: data.index as number, json: '' }
    } else if (data.type === 'content_block_delta') {
      must(open?.index === data.index, data)
      const delta = data.delta as JsonObject
      if (delta.type === 'input_json_delta') open!.json += delta.partial_json
      for (const key of ['text', 'thinking', 'signature'])
        if (delta[key] !== undefined) open!.block[key] = `${open!.block[key]}${delta[key]}`
    } else if (data.type === 'content_block_stop') {
      must(open?.index === data.index, data)
      if (open!.json) open!.block.input = JSON.parse(open!.json)
      content.push(open!.block)
      open = undefined
    } else if (data.type === 'message_delta') {
      must(message !== undefined && open === undefined, data)
      Object.assign(message!, data.delta, {
        usage: { ...(message!.usage as JsonObject), ...(data.usage as JsonObject) },
      })
    } else if (data.type === 'message_stop') {
      must(message?.stop_reason !== null, data)
      stopped = true
    } else throw new Error(`unknown event ${String(data.type)}`)
  }
  if (!stopped) throw new Error('no message_stop')
  return { ...message, content }
}
