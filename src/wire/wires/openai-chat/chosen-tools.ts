import { isObject, listOf, objectOf, refuse } from '../../untyped.ts'

/** Names of the tools that a `tool_choice` leaves, for wires in which none can be forced; undefined for all. */
export function chosenTools(choice: unknown): readonly unknown[] | undefined {
  if (!isObject(choice)) return undefined
  if (choice.type === 'allowed_tools') return listOf(objectOf(choice.allowed_tools).tools).map(nameOf)
  const name = nameOf(choice)
  return typeof name === 'string' ? [name] : refuse('tool_choice', 'must be auto, none, required or a function')
}

const nameOf = (tool: unknown): unknown => objectOf(objectOf(tool).function).name
