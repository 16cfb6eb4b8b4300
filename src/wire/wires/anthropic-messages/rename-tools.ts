import type { JsonObject } from '../../../plugins/api.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { isObject, objectOf } from '../../untyped.ts'

/** Other names for the tools in a whole answer. */
export const renameInContent = (body: JsonObject, change: (name: string) => string): JsonObject =>
  withValue(body, 'content', blocks(body.content, change))

/** Other names for the tool that an event begins. */
export function renameInBlockStart(data: JsonObject, change: (name: string) => string): JsonObject {
  const block = objectOf(data.content_block)
  return block.type === 'tool_use' && typeof block.name === 'string'
    ? withValue(data, 'content_block', withValue(block, 'name', change(block.name)))
    : data
}

const blocks = (content: unknown, change: (name: string) => string): unknown =>
  Array.isArray(content)
    ? mapSame(content, (block) =>
        isObject(block) && block.type === 'tool_use' && typeof block.name === 'string'
          ? withValue(block, 'name', change(block.name))
          : block,
      )
    : content
