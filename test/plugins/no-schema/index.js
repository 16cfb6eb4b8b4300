export default { apiVersion: 1, kind: 'strategy', name: 'no-schema', create: () => ({}) }
