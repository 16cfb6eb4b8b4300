/** Certificates for tests, made on the spot (X.509 v3, RFC 5280, in DER). */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

interface Identity {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

export interface Authority extends Identity {
  /** A certificate for a host name or an IPv4 address, or for a client's name. */
  issue(name: string): Identity
}

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const integer = (bytes: Buffer) => der(0x02, bytes)
const bits = (bytes: Buffer) => der(0x03, Buffer.from([0]), bytes)
const time = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
const nameOf = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))))

const TRUE = der(0x01, Buffer.from([255]))
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'))
const HOUR_MS = 3_600_000

function extensions(name: string, isAuthority: boolean): Buffer {
  const address = isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))
  const own = isAuthority
    ? sequence(oid('551d13'), TRUE, der(0x04, sequence(TRUE)))
    : sequence(oid('551d11'), der(0x04, sequence(address)))
  return der(0xa3, sequence(own))
}

function certificate(subject: string, publicKey: KeyObject, issuer: string, issuerKey: KeyObject): string {
  const now = Date.now()
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(new Date(now - HOUR_MS)), time(new Date(now + 24 * HOUR_MS))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(subject, subject === issuer),
  )
  const whole = sequence(toBeSigned, ECDSA_SHA256, bits(sign('sha256', toBeSigned, issuerKey)))
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

export function makeAuthority(name = 'Test authority'): Authority {
  const own = keyPair()
  const key = pem(own.privateKey)
  return {
    cert: certificate(name, own.publicKey, name, own.privateKey),
    key,
    issue(subject) {
      const pair = keyPair()
      return { cert: certificate(subject, pair.publicKey, name, createPrivateKey(key)), key: pem(pair.privateKey) }
    },
  }
}
