import { CLIError } from '@oclif/core/errors'
import type { Hook } from '@oclif/core/hooks'

/**
 * Answers a command that does not exist with the nearest ones, and a word behind one that does with what was probably
 * meant.
 */
const notFound: Hook<'command_not_found'> = async ({ id, config }) => {
  const { nearestNames } = await import('../base/nearest.ts')
  const asked = id.replaceAll(':', ' ')
  const names = config.commandIDs.map((name) => name.replaceAll(':', ' '))
  const known = names.find((name) => asked.startsWith(`${name} `))
  if (known !== undefined)
    throw new CLIError(surplus(`${config.bin} ${known}`, asked.slice(known.length + 1)), { exit: 2 })
  const near = nearestNames(asked, names).map((name) => `${config.bin} ${name}`)
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known: ${names.join(', ')}.`
  throw new CLIError(`There is no command "${asked}". ${hint}`, { exit: 2 })
}

function surplus(command: string, words: string): string {
  const hint = /^\S+\.ya?ml$/.test(words) ? `Did you mean ${command} -c ${words}?` : `See ${command} --help.`
  return `${command} takes no argument, and "${words}" was given. ${hint}`
}

export default notFound
