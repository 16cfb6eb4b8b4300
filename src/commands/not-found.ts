import { CLIError } from '@oclif/core/errors'
import type { Hook } from '@oclif/core/hooks'

/** Answers a command that does not exist with the nearest ones. */
const notFound: Hook<'command_not_found'> = async ({ id, argv = [], config }) => {
  const { nearestNames } = await import('../nearest.ts')
  const asked = [id, ...argv.filter((word) => !word.startsWith('-'))].join(':').replaceAll(':', ' ')
  const names = config.commandIDs.map((name) => name.replaceAll(':', ' '))
  const near = nearestNames(id.replaceAll(':', ' '), names).map((name) => `${config.bin} ${name}`)
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known: ${names.join(', ')}.`
  throw new CLIError(`There is no command "${asked}". ${hint}`, { exit: 2 })
}

export default notFound
