export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** A gauge of something else of the router, in Prometheus' text format. */
export const gauge = (name: string, help: string, samples: readonly Sample[]): string =>
  metric(name, 'gauge', help, samples)

/** All samples of one name. `type`: counter, gauge. */
export function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `commonroute_${name}${labelText(labels)} ${value}\n`)
  return `${head(name, type, help)}${lines.join('')}`
}

export const head = (name: string, type: string, help: string) =>
  `# HELP commonroute_${name} ${help}\n# TYPE commonroute_${name} ${type}\n`

export const labelText = (labels: Readonly<Record<string, string>>) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"`)
    .join(',')}}`
