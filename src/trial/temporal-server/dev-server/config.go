package main

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/testing/freeport"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	namespace = "default"
	clusterID = "active"
	store     = "sqlite"
)

// defaults are those of the Temporal CLI's development server, so that both behave alike.
var defaults = dynamicconfig.StaticClient{
	dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8096,
	dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
	dynamicconfig.FrontendPersistenceMaxQPS.Key():                    10_000,
	dynamicconfig.HistoryPersistenceMaxQPS.Key():                     45_000,
	// A search attribute or an endpoint that was added is there at once.
	dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key():     true,
	dynamicconfig.MakeKey("system.forceNexusEndpointRefreshOnRead"): true,
}

func buildServerOptions(o *options, logger log.Logger) ([]temporal.ServerOption, error) {
	conf, err := buildConfig(o)
	if err != nil {
		return nil, err
	}
	authorizer, err := authorization.GetAuthorizerFromConfig(&conf.Global.Authorization)
	if err != nil {
		return nil, err
	}
	claimMapper, err := authorization.GetClaimMapperFromConfig(&conf.Global.Authorization, logger)
	if err != nil {
		return nil, err
	}
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name, service := range conf.Services {
		hosts[primitives.ServiceName(name)] = static.SingleLocalHost(address(o.ip, service.RPC.GRPCPort))
	}
	values := dynamicconfig.StaticClient{}
	for _, layer := range []dynamicconfig.StaticClient{defaults, o.dynamicConfig} {
		for key, value := range layer {
			values[key] = value
		}
	}
	return []temporal.ServerOption{
		temporal.WithConfig(conf),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claimMapper }),
		temporal.WithDynamicConfigClient(values),
		temporal.InterruptOn(temporal.InterruptCh()),
	}, nil
}

func buildConfig(o *options) (*config.Config, error) {
	database, err := prepareDatabase(o)
	if err != nil {
		return nil, err
	}
	frontend := address(o.ip, o.port)
	conf := &config.Config{
		Persistence: config.Persistence{
			DefaultStore:     store,
			VisibilityStore:  store,
			NumHistoryShards: 1,
			DataStores:       map[string]config.DataStore{store: {SQL: database}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterID,
			CurrentClusterName:       clusterID,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterID: {
				Enabled:                true,
				InitialFailoverVersion: 1,
				RPCAddress:             frontend,
				ClusterID:              primitives.NewUUID().String(),
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			string(primitives.FrontendService): service(o.ip, o.port, o.httpPort),
			string(primitives.HistoryService):  service(o.ip, freeport.MustGetFreePort(), 0),
			string(primitives.MatchingService): service(o.ip, freeport.MustGetFreePort(), 0),
			string(primitives.WorkerService):   service(o.ip, freeport.MustGetFreePort(), 0),
		},
		PublicClient: config.PublicClient{HostPort: frontend},
	}
	conf.Global.Membership = config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: o.ip}
	conf.Archival.History.State = "disabled"
	conf.Archival.Visibility.State = "disabled"
	conf.NamespaceDefaults.Archival.History.State = "disabled"
	conf.NamespaceDefaults.Archival.Visibility.State = "disabled"
	return conf, nil
}

func service(ip string, port, httpPort int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: ip, HTTPPort: httpPort}}
}

// prepareDatabase makes the tables where there are none yet, and the namespace with its search attributes.
func prepareDatabase(o *options) (*config.SQL, error) {
	database := &config.SQL{
		PluginName: sqliteplugin.PluginName,
		// Of the process, which the connections to a database in memory share by its name.
		DatabaseName:      strconv.Itoa(rand.Int()),
		ConnectAttributes: map[string]string{"mode": "memory", "cache": "shared"},
	}
	if o.database != "" {
		database.DatabaseName = o.database
		database.ConnectAttributes = map[string]string{"mode": "rwc"}
	}
	for name, value := range o.pragmas {
		database.ConnectAttributes[name] = value
	}
	if o.database != "" {
		if _, err := os.Stat(o.database); os.IsNotExist(err) {
			if err := sqlite.SetupSchema(database); err != nil {
				return nil, fmt.Errorf("could not make the tables of %s: %w", o.database, err)
			}
		}
	}
	conf, err := sqlite.NewNamespaceConfig(clusterID, namespace, false, o.searchAttributes)
	if err != nil {
		return nil, err
	}
	return database, sqlite.CreateNamespaces(database, conf)
}

// buildLogger writes one line for each event, without the stack.
func buildLogger(level string) (log.Logger, error) {
	encoder := log.DefaultZapEncoderConfig
	encoder.EncodeTime = zapcore.ISO8601TimeEncoder
	logger, err := zap.Config{
		Level:             zap.NewAtomicLevelAt(log.ParseZapLevel(level)),
		DisableStacktrace: true,
		DisableCaller:     true,
		Encoding:          "console",
		EncoderConfig:     encoder,
		OutputPaths:       []string{"stdout"},
		ErrorOutputPaths:  []string{"stderr"},
	}.Build()
	if err != nil {
		return nil, err
	}
	return log.NewZapLogger(logger), nil
}
