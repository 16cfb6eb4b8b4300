export default { apiVersion: 1, kind: 'strategy', name: '', schema: {}, create: () => ({}) }
