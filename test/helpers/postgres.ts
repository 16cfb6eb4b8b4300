import { type ChildProcess, execFileSync } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeDirectory, temporaryDirectory } from './directory.ts'
import { inTime } from './patience.ts'
import { spawnChild } from './processes.ts'

/**
 * Where initdb and postgres are; undefined where PostgreSQL is not installed. The newest of Debian's folders, else what
 * the PATH has.
 */
export function postgresBinaries(): string | undefined {
  const folders = [...globSync('/usr/lib/postgresql/*/bin').sort().reverse(), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** A PostgreSQL server of one test file's own, on a Unix socket. */
export interface PostgresServer {
  /** Of the server's first process. */
  pid(): number
  /** A new, empty database. */
  createDatabase(): Promise<string>
  /** Ends server and backends without a chance to write anything. */
  kill9(): Promise<void>
  /** Starts it again on the same data. */
  restart(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}

/** PostgreSQL refuses to run as root. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** `more`: settings, on top of those for tests. Throws where PostgreSQL is not installed; see `postgresBinaries`. */
export async function startPostgres(more: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const binaries = postgresBinaries()!
  const directory = await temporaryDirectory()
  const data = join(directory, 'data')
  const user = owner()
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid!)
  const options = { ...user, cwd: directory }
  mkdirSync(data, { mode: 0o700 })
  if (user.uid !== undefined) chownSync(data, user.uid, user.gid!)
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  execFileSync(join(binaries, 'initdb'), initdb, { ...options, stdio: 'pipe' })

  let server = await start()
  let databases = 0

  function start(): Promise<ChildProcess> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: directory,
      fsync: 'off',
      max_connections: '60',
      shared_buffers: '64MB',
      ...more,
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawnChild(join(binaries, 'postgres'), ['-D', data, ...args], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    const ready = new Promise<ChildProcess>((resolve, reject) => {
      const failed = () => reject(new Error(`postgres ended: ${log}`))
      child.once('exit', failed)
      child.stderr!.on('data', (bytes) => {
        if (!log.includes('ready to accept connections')) log += bytes
        if (!log.includes('ready to accept connections')) return
        child.off('exit', failed)
        resolve(child)
      })
    })
    return inTime(ready, 'PostgreSQL to accept connections', () => log)
  }

  const url = (database: string) => `postgres://postgres@localhost/${database}?host=${encodeURIComponent(directory)}`
  const ended = async (signals: () => void) => {
    const exit = new Promise((resolve) => server.once('exit', resolve))
    signals()
    await exit
  }
  return {
    pid: () => server.pid!,
    async createDatabase() {
      const { default: pg } = await import('pg')
      const client = new pg.Client({ connectionString: url('postgres') })
      await client.connect()
      const name = `hub_${databases++}`
      await client.query(`create database ${name}`)
      await client.end()
      return url(name)
    },
    kill9: () =>
      ended(() => {
        for (const pid of [...childrenOf(server.pid!), server.pid!]) kill(pid)
      }),
    async restart() {
      server = await start()
    },
    async remove() {
      // SIGQUIT: backends end at once.
      if (server.exitCode === null && server.signalCode === null) await ended(() => server.kill('SIGQUIT'))
      await removeDirectory(directory)
    },
  }
}

/** Backends have sessions of their own, so that a signal to the group would miss them. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}
