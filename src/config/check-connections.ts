import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { reasonOf } from '../base/errors.ts'
import { type Connection, isProxyUrl } from '../base/outbound.ts'
import type { Findings } from './findings.ts'
import { child } from './pointer.ts'
import { type Mapping, mappingAt, textAt } from './view.ts'

/**
 * How each provider that says so is reached, with the files that it names read; what is wrong with it goes to
 * `findings`.
 */
export function checkConnections(
  root: Mapping,
  directory: string,
  leftOut: ReadonlySet<string>,
  findings: Findings,
): ReadonlyMap<string, Connection> {
  const connections = new Map<string, Connection>()
  for (const id of Object.keys(mappingAt(root, 'providers'))) {
    if (leftOut.has(id)) continue
    const connection = connectionOf(mappingAt(root, 'providers', id), child('/providers', id), directory, findings)
    if (Object.keys(connection).length > 0) connections.set(id, connection)
  }
  return connections
}

function connectionOf(provider: Mapping, pointer: string, directory: string, findings: Findings): Connection {
  const proxy = provider.proxy === false ? false : textAt(provider, 'proxy')
  const socket = textAt(provider, 'socket_path')
  const tls = tlsOf(mappingAt(provider, 'tls'), child(pointer, 'tls'), directory, findings)
  const { broken } = findings.source
  if (typeof proxy === 'string' && proxy !== '' && !broken.has(`${pointer}/proxy`) && !isProxyUrl(proxy))
    findings.problem(`${pointer}/proxy`, 'This must be the URL of an HTTP proxy.', {
      hint: 'Such as http://proxy.example:3128.',
    })
  if (socket && proxy)
    findings.problem(`${pointer}/proxy`, 'What is reached over a socket of this machine needs no proxy.', {
      hint: 'Remove one.',
    })
  return {
    ...(proxy !== undefined && { proxy }),
    ...(socket && { socketPath: resolve(directory, socket) }),
    ...(tls && { tls }),
    ...(provider.http2 === true && { http2: true }),
  }
}

const FILES = ['ca', 'cert', 'key'] as const

function tlsOf(tls: Mapping, pointer: string, directory: string, findings: Findings): Connection['tls'] {
  const texts: { ca?: string; cert?: string; key?: string } = {}
  let complete = true
  for (const name of FILES) {
    const path = textAt(tls, name)
    if (!path || findings.source.broken.has(`${pointer}/${name}`)) continue
    try {
      texts[name] = readFileSync(resolve(directory, path), 'utf8')
      if (name === 'key') createPrivateKey(texts.key!)
      else new X509Certificate(texts[name]!)
    } catch (error) {
      complete = false
      findings.problem(`${pointer}/${name}`, `This file cannot be used: ${reasonOf(error).replace(/\.$/, '')}.`)
    }
  }
  const [first] = Object.keys(texts)
  if (first === undefined || !complete) return undefined
  for (const [one, other] of [['cert', 'key'] as const, ['key', 'cert'] as const])
    if (textAt(tls, one) && !textAt(tls, other))
      findings.problem(`${pointer}/${one}`, `A "${one}" needs the "${other}" that belongs to it.`)
  try {
    createSecureContext(texts)
  } catch (error) {
    findings.problem(`${pointer}/cert`, `Certificate and key do not fit: ${reasonOf(error).replace(/\.$/, '')}.`)
  }
  return texts
}
