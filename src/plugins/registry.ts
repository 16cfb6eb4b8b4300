import { RouterError } from '../base/errors.ts'
import { didYouMean } from '../base/nearest.ts'
import { withoutSecrets } from '../base/redact.ts'
import type { Config, Place, PluginUse } from '../config/types.ts'
import type { JsonObject, PluginContext, PluginKind, PluginLog } from './api.ts'
import { BUILT_IN, builtIn, KINDS } from './built-in.ts'
import { type Instances, shapeFault } from './instance.ts'
import { type AnyPlugin, loadPlugin } from './load.ts'
import { checkOptions } from './options.ts'
import { describe, pluginError } from './plugin-error.ts'
import { resolveSpecifier } from './resolve.ts'
import { secretsIn } from './secrets.ts'
import { within } from './within.ts'

export interface PluginHost {
  /** Folder of the config file: what specifiers and relative paths in options start from. */
  readonly directory: string
  readonly log: PluginLog
  /** Unix milliseconds, for plugins; default `Date.now`. */
  readonly now?: () => number
  /** See `PluginContext.readOnly`. */
  readonly readOnly?: boolean
}

export interface PluginInfo {
  readonly kind: PluginKind
  readonly name: string
  /** `built-in`, or the specifier under which it was found. */
  readonly source: string
}

interface External extends PluginInfo {
  readonly plugin: AnyPlugin
}

interface Closable {
  readonly id: string
  readonly close: () => Promise<void>
}

/**
 * All plugins of one configuration: built-in ones by name, modules of the `plugins` list by the name they give
 * themselves, and modules named by specifier where they are used. One registry per configuration; a reload makes a new
 * one and closes the old.
 */
export class PluginRegistry {
  readonly #host: PluginHost
  readonly #external: External[] = []
  /** By URL, so that a module used in several places at once is loaded once. */
  readonly #loading = new Map<string, Promise<External>>()
  #closables: Closable[] = []

  constructor(host: PluginHost) {
    this.#host = host
  }

  /** Loads the modules of the `plugins` list. Throws ROUTER_PLUGIN_* at the first that cannot be used. */
  async load(plugins: Config['plugins']): Promise<void> {
    for (const { specifier, place } of plugins) await this.#loadExternal(specifier, place)
  }

  /** The plugin of a use: built-in name, name of a loaded module, or specifier, in this order. */
  async find(kind: PluginKind, { plugin: name, place }: Pick<PluginUse, 'plugin' | 'place'>): Promise<AnyPlugin> {
    const at = { plugin: name, place }
    const own = builtIn(kind, name)
    if (own) return loadPlugin(at, own)
    const listed = this.#external.find((external) => external.kind === kind && external.name === name)
    const found = listed ?? (await this.#loadExternal(name, place, kind))
    if (found.kind !== kind) {
      throw pluginError('ROUTER_PLUGIN_INVALID', at, {
        reason: `it is a plugin of kind ${found.kind}, and a ${kind} is needed here`,
        remedy: `Built in as ${kind}: ${Object.keys(BUILT_IN[kind]).join(', ')}.`,
      })
    }
    return found.plugin
  }

  /** A plugin of any kind by built-in name or specifier, for the command line. Throws ROUTER_PLUGIN_*. */
  async open(specifier: string): Promise<AnyPlugin> {
    const kind = KINDS.find((candidate) => builtIn(candidate, specifier))
    return kind ? this.find(kind, { plugin: specifier, place: {} }) : (await this.#loadExternal(specifier, {})).plugin
  }

  /** The validated options of a use, with defaults. Throws ROUTER_PLUGIN_*. */
  async options(kind: PluginKind, use: PluginUse): Promise<JsonObject> {
    return checkOptions(await this.find(kind, use), use)
  }

  /** A new instance for a use. Throws ROUTER_PLUGIN_*, or the RouterError that `create` itself threw. */
  async create<Kind extends PluginKind>(kind: Kind, use: PluginUse): Promise<Instances[Kind]> {
    const instance = await this.createUnowned(kind, use)
    const { close } = instance as { close?: () => Promise<void> }
    if (close) this.#closables.push({ id: use.id, close: () => close.call(instance) })
    return instance
  }

  /** The same; closing it is the caller's business. */
  async createUnowned<Kind extends PluginKind>(kind: Kind, use: PluginUse): Promise<Instances[Kind]> {
    const plugin = await this.find(kind, use)
    const options = await checkOptions(plugin, use)
    const instance = await this.#start(plugin, use, options)
    const fault = shapeFault(kind, instance)
    if (fault)
      throw pluginError('ROUTER_PLUGIN_INVALID', use, {
        reason: fault,
        remedy: 'This is a fault of the plugin: tell its author.',
      })
    return instance as Instances[Kind]
  }

  /** Every built-in plugin, loaded or not, and every external one loaded so far. */
  list(): readonly PluginInfo[] {
    const own = KINDS.flatMap((kind) => Object.keys(BUILT_IN[kind]).map((name) => ({ kind, name, source: 'built-in' })))
    return [...own, ...this.#external.map(({ kind, name, source }) => ({ kind, name, source }))]
  }

  /** Closes every instance, all at once. Never rejects: what fails is logged. May be called again. */
  async closeAll(): Promise<void> {
    const closables = this.#closables
    this.#closables = []
    const close = async ({ id, close }: Closable): Promise<void> => {
      try {
        await close()
      } catch (error) {
        this.#host.log.warn({ plugin: id, reason: describe(error) }, 'A plugin could not be closed')
      }
    }
    await Promise.all(closables.map(close))
  }

  async #start(plugin: AnyPlugin, use: PluginUse, options: JsonObject): Promise<unknown> {
    const { directory, log, now = Date.now, readOnly = false } = this.#host
    const context: PluginContext = { id: use.id, log: logFor(use.id, log), directory, now, readOnly }
    const remedy = 'Check its options and what it needs to run.'
    const secrets = secretsIn(plugin.schema, options)
    try {
      const late = (seconds: number) =>
        pluginError('ROUTER_PLUGIN_BROKEN', use, { reason: `create() is not done after ${seconds} s`, remedy })
      return await within(plugin.create(options, context), late)
    } catch (error) {
      if (error instanceof RouterError) throw error
      const text = describe(error)
      const reason = withoutSecrets(text, secrets)
      // A cause is printed with its own message and stack, so it goes along only when they are clean.
      const clean =
        error instanceof Error && withoutSecrets(`${text}${error.stack}`, secrets) === `${text}${error.stack}`
      throw pluginError('ROUTER_PLUGIN_BROKEN', use, {
        reason: `create() failed: ${reason}`,
        remedy,
        ...(clean && { cause: error }),
      })
    }
  }

  async #loadExternal(specifier: string, place: Place, kind?: PluginKind): Promise<External> {
    const url = resolveSpecifier(specifier, this.#host.directory, place)
    if (url === undefined) throw this.#notFound(specifier, place, kind)
    let loading = this.#loading.get(url)
    if (!loading) {
      loading = this.#addExternal(specifier, place, url)
      this.#loading.set(url, loading)
    }
    return loading
  }

  async #addExternal(specifier: string, place: Place, url: string): Promise<External> {
    const at = { plugin: specifier, place }
    const plugin = await loadPlugin(at, () => import(url))
    const { kind, name } = plugin
    const twin = this.#external.find((external) => external.kind === kind && external.name === name)
    if (twin || builtIn(kind, name)) {
      throw pluginError('ROUTER_PLUGIN_INVALID', at, {
        reason: `its name "${name}" is already taken by ${twin ? `the ${kind} of ${twin.source}` : `the built-in ${kind}`}`,
        remedy: 'Rename one of them, or take one out of the configuration.',
      })
    }
    const external = { kind, name, source: specifier, plugin }
    this.#external.push(external)
    return external
  }

  #notFound(specifier: string, place: Place, kind: PluginKind | undefined): RouterError {
    const names = this.list().filter((info) => kind === undefined || info.kind === kind)
    const near = didYouMean(
      specifier,
      names.map(({ name }) => name),
    )
    const guess = near === undefined ? '' : `${near} `
    const known = kind === undefined ? '' : `Known as ${kind}: ${names.map(({ name }) => name).join(', ')}. `
    const remedy = `${guess}${known}A package has to be installed in ${this.#host.directory} (npm install ${specifier}); a file begins with ./`
    return pluginError('ROUTER_PLUGIN_NOT_FOUND', { plugin: specifier, place }, { remedy })
  }
}

export const createRegistry = (host: PluginHost): PluginRegistry => new PluginRegistry(host)

/** The host's log, with the plugin's id on every line. */
function logFor(plugin: string, log: PluginLog): PluginLog {
  return {
    debug: (fields, message) => log.debug({ plugin, ...fields }, message),
    info: (fields, message) => log.info({ plugin, ...fields }, message),
    warn: (fields, message) => log.warn({ plugin, ...fields }, message),
    error: (fields, message) => log.error({ plugin, ...fields }, message),
  }
}
