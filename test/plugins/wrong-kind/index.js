export default { apiVersion: 1, kind: 'router', name: 'wrong-kind', schema: {}, create: () => ({}) }
