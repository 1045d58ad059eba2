/** Which address shows which page; pages load when first visited. */
import { lazy } from "react";
import { createBrowserRouter } from "react-router";

import { Frame } from "../shared/layout/Frame";
import { Shell } from "./Shell";
import { Lost, RouteFault } from "./faults";

const SignIn = lazy(() => import("../features/session/SignIn"));
const SetPassword = lazy(() => import("../features/session/SetPassword"));
const Account = lazy(() => import("../features/session/Account"));
const Home = lazy(() => import("../features/home/Home"));
const PoolPage = lazy(() => import("../features/pools/PoolPage"));
const DrawPage = lazy(() => import("../features/deal/DrawPage"));
const Pools = lazy(() => import("../features/pools/Pools"));
const PoolEdit = lazy(() => import("../features/pools/PoolEdit"));
const PolicyPage = lazy(() => import("../features/policy/PolicyPage"));
const Customers = lazy(() => import("../features/customers/Customers"));
const CustomerPage = lazy(() => import("../features/customers/CustomerPage"));
const Requests = lazy(() => import("../features/requests/Requests"));
const FollowUpsPage = lazy(() => import("../features/tasks/FollowUpsPage"));
const HandbookPage = lazy(() => import("../features/handbook/HandbookPage"));
const CalendarPage = lazy(() => import("../features/settings/CalendarPage"));
const FieldRightsPage = lazy(() => import("../features/settings/FieldRightsPage"));
const CompanyPage = lazy(() => import("../features/settings/CompanyPage"));
const InboxPage = lazy(() => import("../features/inbox/InboxPage"));
const TakenPage = lazy(() => import("../features/inbox/TakenPage"));
const Team = lazy(() => import("../features/people/Team"));
const HandOverPage = lazy(() => import("../features/handovers/HandOverPage"));
const HandOverRecordPage = lazy(() => import("../features/handovers/HandOverRecordPage"));
const WorkloadPage = lazy(() => import("../features/workload/WorkloadPage"));
const IncentivesPage = lazy(() => import("../features/incentives/IncentivesPage"));
const InsightPage = lazy(() => import("../features/insight/InsightPage"));
const Runs = lazy(() => import("../features/runs/Runs"));
const RunPage = lazy(() => import("../features/runs/RunPage"));
const CleaningPage = lazy(() => import("../features/runs/CleaningPage"));
const NewImport = lazy(() => import("../features/imports/NewImport"));
const ImportPage = lazy(() => import("../features/imports/ImportPage"));

export const router = createBrowserRouter([
  {
    element: <Shell />,
    errorElement: <RouteFault />,
    children: [
      { path: "/sign-in", element: <SignIn /> },
      { path: "/links/:token", element: <SetPassword /> },
      {
        element: <Frame />,
        errorElement: <RouteFault />,
        children: [
          { path: "/", element: <Home /> },
          { path: "/pool/:poolId?", element: <PoolPage /> },
          { path: "/draws/:drawId", element: <DrawPage /> },
          { path: "/customers", element: <Customers /> },
          { path: "/customers/:customerId", element: <CustomerPage /> },
          { path: "/inbox", element: <InboxPage /> },
          { path: "/taken/:runId", element: <TakenPage /> },
          { path: "/requests", element: <Requests /> },
          { path: "/follow-ups", element: <FollowUpsPage /> },
          { path: "/pools", element: <Pools /> },
          { path: "/pools/new", element: <PoolEdit /> },
          { path: "/pools/:poolId", element: <PoolEdit /> },
          { path: "/pools/:poolId/policy", element: <PolicyPage /> },
          { path: "/handbook/:poolId?", element: <HandbookPage /> },
          { path: "/settings/calendar", element: <CalendarPage /> },
          { path: "/settings/company", element: <CompanyPage /> },
          { path: "/settings/fields", element: <FieldRightsPage /> },
          { path: "/team", element: <Team /> },
          { path: "/team/workload", element: <WorkloadPage /> },
          { path: "/team/:personId/hand-over", element: <HandOverPage /> },
          { path: "/incentives", element: <IncentivesPage /> },
          { path: "/insight", element: <InsightPage /> },
          { path: "/runs", element: <Runs /> },
          { path: "/runs/:runId", element: <RunPage /> },
          { path: "/runs/cleaning/:runId", element: <CleaningPage /> },
          { path: "/runs/hand-over/:handOverId", element: <HandOverRecordPage /> },
          { path: "/imports/new", element: <NewImport /> },
          { path: "/imports/:importId", element: <ImportPage /> },
          { path: "/account", element: <Account /> },
          { path: "*", element: <Lost /> },
        ],
      },
    ],
  },
]);
