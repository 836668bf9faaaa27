/** What the dashboards ask of Prometheus. */
import { Type, type Static } from 'typebox';
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
      fieldConfig: Type.Optional(
        Type.Object({
          defaults: Type.Object({
            thresholds: Type.Optional(
              Type.Object({
                steps: Type.Array(
                  Type.Object({
                    color: Type.String(),
                    value: Type.Union([Type.Number(), Type.Null()]),
                  }),
                ),
              }),
            ),
          }),
        }),
      ),
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

export type Dashboard = Static<typeof Dashboard>;

/** @throws Error naming what is not as Grafana wants it */
export function dashboardIn(json: string): Dashboard {
  return Value.Parse(Dashboard, JSON.parse(json));
}

export function expressionsIn(json: string): readonly string[] {
  const { panels } = dashboardIn(json);
  const exprs = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return [...new Set(exprs)];
}
