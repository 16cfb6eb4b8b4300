import { writeFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { BUILT_IN } from '../../plugins/built-in.ts'
import { reportPage } from '../../replay/report/page.ts'
import type { Screen } from '../../terminal/colour.ts'
import { replayView } from '../../terminal/views/replay.ts'
import { replayCorrectness } from './correctness.ts'
import type { Replayed, ReplayFlags } from './flags.ts'
import { replayLog } from './log.ts'
import { replayPanel } from './panel.ts'
import { replayWorld } from './world.ts'

/** Plays what the flags name. Throws ROUTER_USAGE, ROUTER_REPLAY_DATA, ROUTER_PLUGIN_*. */
export async function replayCommand(flags: ReplayFlags, screen: Screen): Promise<{ text: string; json: object }> {
  const { json, report } = await replayed(flags)
  if (flags.report !== undefined) await write(flags.report, reportPage(report))
  return { json, text: replayView(report, screen) }
}

function replayed(flags: ReplayFlags): Promise<Replayed> {
  const names = strategyNames(flags.strategies)
  if (flags.panel !== undefined) return replayPanel(flags.panel, names, flags)
  if (flags.world !== undefined) return replayWorld(flags.world, names, flags)
  if (flags.log !== undefined) return replayLog(flags.log, names, flags)
  if (flags.correctness !== undefined) return replayCorrectness(flags.correctness, flags)
  throw new RouterError('ROUTER_USAGE', {
    reason: 'Name what to replay: --panel FILE, --world DIR, --log DIR or --correctness FILE.',
  })
}

function strategyNames(list: string | undefined): string[] {
  if (list === undefined) return Object.keys(BUILT_IN.strategy)
  const names = [...new Set(list.split(',').map((name) => name.trim()))].filter((name) => name !== '')
  if (names.length === 0)
    throw new RouterError('ROUTER_USAGE', {
      reason: '--strategies is empty: name at least one, as in adaptive,latency.',
    })
  return names
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new RouterError(
      'ROUTER_USAGE',
      { reason: `${path} cannot be written: ${reasonOf(error)}.` },
      { cause: error },
    )
  }
}
