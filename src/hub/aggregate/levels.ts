import type { Leaf } from './contribution.ts'

/** The tree of cells below a provider, finest first; each level leaves out what the one before it still tells apart. */
export const LEVELS = 4

/** Names the node of a level that a leaf belongs to; '' is the provider as a whole. Unique over all levels. */
export function nodeKey({ model, region, continent, class: workload }: Leaf, level: number): string {
  switch (level) {
    case 0:
      return `${model}\n${workload}\n${region}\n${continent}`
    case 1:
      return `${model}\n${workload}`
    case 2:
      return model
    default:
      return ''
  }
}

/** What a node's key says, as in a map cell. */
export function nodeFields(key: string): { model?: string; class?: string; region?: string; continent?: string } {
  const [model, workload, region, continent] = key.split('\n')
  return {
    ...(model && { model }),
    ...(workload !== undefined && { class: workload }),
    ...(region !== undefined && { region }),
    ...(continent !== undefined && { continent }),
  }
}

/** The node above; undefined for the provider itself. */
export function parentKey(key: string): string | undefined {
  if (key === '') return undefined
  const parts = key.split('\n')
  return parts.length === 4 ? `${parts[0]}\n${parts[1]}` : parts.length === 2 ? parts[0]! : ''
}
