/** Quirks inside a `bedrock-converse` body, and names of tools in its answers. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { QuirkContext } from '../../quirks/context.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { adaptSchema } from '../../quirks/schema.ts'
import { isObject, objectOf, stringOf } from '../../untyped.ts'

/** Stands for a turn that must be there and says nothing. */
const NOTHING_SAID = { text: '.' }

export function converseQuirks(body: JsonObject, context: QuirkContext): JsonObject {
  let out = body
  if (Array.isArray(out.system)) {
    const system = visible(out.system, context)
    out = withValue(out, 'system', system.length === 0 ? undefined : system)
  }
  if (isObject(out.toolConfig)) out = withValue(out, 'toolConfig', toolConfig(out.toolConfig, context))
  if (!Array.isArray(out.messages)) return out
  return withValue(
    out,
    'messages',
    mapSame(out.messages, (message) => turn(message, context)),
  )
}

function turn(message: unknown, context: QuirkContext): unknown {
  if (!isObject(message) || !Array.isArray(message.content)) return message
  if (message.role === 'assistant') context.ids?.turn()
  const content = mapSame(visible(message.content, context), (block) => turnBlock(block, context))
  return withValue(message, 'content', content.length === 0 ? [NOTHING_SAID] : content)
}

function turnBlock(block: unknown, context: QuirkContext): unknown {
  if (!isObject(block)) return block
  const { ids, names } = context
  const { toolUse, toolResult } = block
  if (isObject(toolUse)) {
    let use = ids ? withValue(toolUse, 'toolUseId', ids.call(stringOf(toolUse.toolUseId))) : toolUse
    if (names && typeof use.name === 'string') use = withValue(use, 'name', names.to(use.name))
    return withValue(block, 'toolUse', use)
  }
  if (!isObject(toolResult)) return block
  let result = ids ? withValue(toolResult, 'toolUseId', ids.result(stringOf(toolResult.toolUseId))) : toolResult
  if (Array.isArray(result.content)) {
    const content = visible(result.content, context)
    result = withValue(result, 'content', content.length === 0 ? [NOTHING_SAID] : content)
  }
  return withValue(block, 'toolResult', result)
}

function toolConfig(config: JsonObject, context: QuirkContext): JsonObject {
  const { names, quirks } = context
  let out = config
  if (Array.isArray(config.tools))
    out = withValue(
      out,
      'tools',
      mapSame(config.tools, (tool) => (isObject(tool) ? withValue(tool, 'toolSpec', toolSpec(tool, context)) : tool)),
    )
  const named = objectOf(config.toolChoice).tool
  if (names && isObject(named) && typeof named.name === 'string')
    out = withValue(out, 'toolChoice', { tool: { ...named, name: names.to(named.name) } })
  return quirks.toolNames || quirks.toolSchemas ? out : config
}

function toolSpec({ toolSpec: spec }: JsonObject, { names, quirks }: QuirkContext): unknown {
  if (!isObject(spec)) return spec
  let out = names && typeof spec.name === 'string' ? withValue(spec, 'name', names.to(spec.name)) : spec
  const { inputSchema } = spec
  if (quirks.toolSchemas && isObject(inputSchema))
    out = withValue(
      out,
      'inputSchema',
      withValue(inputSchema, 'json', adaptSchema(inputSchema.json, quirks.toolSchemas)),
    )
  return out
}

/** A cache point with nothing before it is refused as a blank text is. */
function visible(blocks: readonly unknown[], { quirks }: QuirkContext): readonly unknown[] {
  if (!quirks.noBlankText || !blocks.some(isBlank)) return blocks
  const kept = blocks.filter((block) => !isBlank(block))
  return kept.filter((block, at) => at > 0 || !isObject(block) || block.cachePoint === undefined)
}

const isBlank = (block: unknown): boolean => isObject(block) && typeof block.text === 'string' && !/\S/.test(block.text)

/** Other names for the tools in a whole answer. */
export function renameInMessage(body: JsonObject, change: (name: string) => string): JsonObject {
  const output = objectOf(body.output)
  const { message } = output
  if (!isObject(message) || !Array.isArray(message.content)) return body
  const content = mapSame(message.content, (block) => (isObject(block) ? renamed(block, change) : block))
  return withValue(body, 'output', withValue(output, 'message', withValue(message, 'content', content)))
}

/** Other names for the tool that an event begins. */
export function renameInStart(data: JsonObject, change: (name: string) => string): JsonObject {
  return isObject(data.start) ? withValue(data, 'start', renamed(data.start, change)) : data
}

function renamed(block: JsonObject, change: (name: string) => string): JsonObject {
  const { toolUse } = block
  return isObject(toolUse) && typeof toolUse.name === 'string'
    ? withValue(block, 'toolUse', withValue(toolUse, 'name', change(toolUse.name)))
    : block
}
