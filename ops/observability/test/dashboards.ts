/** What the dashboards ask of Prometheus. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** The part of a dashboard of Grafana that we look at. */
const Dashboard = Type.Object({
  uid: Type.String({ minLength: 1 }),
  title: Type.String({ minLength: 1 }),
  schemaVersion: Type.Integer({ minimum: 39 }),
  panels: Type.Array(
    Type.Object({
      id: Type.Integer(),
      type: Type.String(),
      title: Type.String({ minLength: 1 }),
      gridPos: Type.Object({
        x: Type.Integer({ minimum: 0, maximum: 23 }),
        y: Type.Integer({ minimum: 0 }),
        w: Type.Integer({ minimum: 1, maximum: 24 }),
        h: Type.Integer({ minimum: 1 }),
      }),
      targets: Type.Optional(
        Type.Array(
          Type.Object({
            refId: Type.String(),
            expr: Type.String({ minLength: 1 }),
            datasource: Type.Object({
              type: Type.Literal('prometheus'),
              uid: Type.Literal('prometheus'),
            }),
          }),
        ),
      ),
    }),
    { minItems: 1 },
  ),
});

/** @throws Error naming what is not as Grafana wants it */
export function expressionsIn(json: string): readonly string[] {
  const { panels } = Value.Parse(Dashboard, JSON.parse(json));
  const exprs = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return [...new Set(exprs)];
}
