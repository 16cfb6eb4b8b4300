import { type SchemaNode, section, text } from './values.ts'

/** How a provider's server is reached: keys of the router, not of the plugin. */
export const connection: Readonly<Record<string, SchemaNode>> = {
  proxy: {
    type: ['string', 'boolean'],
    minLength: 1,
    not: { const: true },
    expects: 'the URL of a proxy, or false',
    writeOnly: true,
    description:
      'HTTP proxy to reach it by: `http://` or `https://`, with user and password where it wants them. `false`: none. Default: what `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say; this machine itself is never asked by a proxy of theirs.',
  },
  tls: section(
    "TLS to its server. Files are PEM, relative to the config file's folder, and read with the config file.",
    {
      ca: text('File with certificate authorities to trust beside the usual ones.'),
      cert: text('File with the certificate that this router shows (mutual TLS).'),
      key: text('File with its private key.'),
    },
  ),
  socket_path: text('Unix socket to connect to, in place of the host and port of its address.'),
  http2: {
    type: 'boolean',
    default: false,
    description:
      'True: HTTP/2 where its server speaks it over TLS. One broken connection then breaks all requests on it.',
  },
  trace_headers: {
    type: 'boolean',
    default: false,
    description:
      "True: a client's `traceparent` and `tracestate` are sent on to it, and `x-request-id` as the client gets it back.",
  },
}
