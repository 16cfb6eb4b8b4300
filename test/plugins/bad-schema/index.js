export default { apiVersion: 1, kind: 'strategy', name: 'bad-schema', schema: { type: 'text' }, create: () => ({}) }
