import { dirname } from 'node:path'
import { parse } from 'yaml'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { printable } from '../../base/format/text.ts'
import { findConfig } from '../../config/find.ts'
import type { JsonObject, PluginKind } from '../../plugins/api.ts'
import { PluginRegistry } from '../../plugins/registry.ts'
import { pluginChecks } from '../../plugins/testing.ts'
import { within } from '../../plugins/within.ts'
import { commandLog } from '../log.ts'

interface TestFlags {
  readonly config?: string | undefined
  /** YAML. */
  readonly options?: string | undefined
  readonly model?: string | undefined
}

export interface CheckOutcome {
  readonly name: string
  readonly passed: boolean
  /** Why not; several lines. */
  readonly reason?: string
}

export interface PluginTest {
  readonly kind: PluginKind
  readonly name: string
  readonly checks: readonly CheckOutcome[]
}

/**
 * Runs every conformance check on a plugin, one after the other.
 * @throws RouterError ROUTER_PLUGIN_* when it cannot be loaded, ROUTER_USAGE for options that are no mapping
 */
export async function testPlugin(
  specifier: string,
  flags: TestFlags,
  onCheck: (check: CheckOutcome) => void,
): Promise<PluginTest> {
  const file = findConfig({ flag: flags.config })
  const directory = file === undefined ? process.cwd() : dirname(file)
  const plugin = await new PluginRegistry({ directory, log: commandLog() }).open(specifier)
  const options = flags.options === undefined ? undefined : optionsOf(flags.options)
  const sample = { directory, ...(options && { options }), ...(flags.model !== undefined && { model: flags.model }) }
  const checks: CheckOutcome[] = []
  for (const { name, run } of pluginChecks(plugin, sample)) {
    const check = await outcomeOf(name, run)
    checks.push(check)
    onCheck(check)
  }
  return { kind: plugin.kind, name: plugin.name, checks }
}

async function outcomeOf(name: string, run: () => Promise<void>): Promise<CheckOutcome> {
  try {
    await within(
      run(),
      (seconds) => new RouterError('ROUTER_INTERNAL', { reason: `the check is not done after ${seconds} s` }),
    )
    return { name, passed: true }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { name, passed: false, reason: text.split('\n').map(printable).join('\n').trim() }
  }
}

function optionsOf(text: string): JsonObject {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    throw new RouterError(
      'ROUTER_USAGE',
      { reason: `--options is not valid YAML: ${reasonOf(error)}.` },
      { cause: error },
    )
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new RouterError('ROUTER_USAGE', { reason: '--options must be a mapping, such as { api_key: x }.' })
}
