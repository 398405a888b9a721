//! Names of Falco's that a filter may have: fields and the macros of its rules.
//!
//! Lives here: the lists only, from the rules' outputs, captured alerts and Falco's reference of fields (0.44). Imports:
//! nothing. Promise: each once, without arguments in brackets.

/// Fields of Falco and of its usual plugins.
pub(crate) fn fields() -> impl Iterator<Item = &'static str> {
    FIELDS.split_ascii_whitespace()
}

/// Whether it is a field of Falco's or of its usual plugins.
pub(crate) fn is_field(name: &str) -> bool {
    fields().any(|field| field == name)
}

/// Whether it is a macro of Falco's rules. To stoop those are words like any other.
pub(crate) fn is_macro(name: &str) -> bool {
    MACROS.split_ascii_whitespace().any(|known| known == name)
}

const FIELDS: &str = "\
    al.principal.ip container.cni.json container.duration container.full_id container.healthcheck \
    container.host_ipc container.host_network container.host_pid container.id container.image.digest \
    container.image.id container.image.repository container.image.tag container.ip container.label \
    container.labels container.liveness_probe container.mount container.mount.dest container.mount.mode \
    container.mount.propagation container.mount.rdwr container.mount.source container.mounts container.name \
    container.privileged container.readiness_probe container.start_ts container.type ct.error ct.id ct.info \
    ct.managementevent ct.name ct.readonly ct.recipientaccountid ct.region ct.request.availabilityzone \
    ct.request.cluster ct.request.functionname ct.request.groupname ct.request.host ct.request.name \
    ct.request.policy ct.request.serialnumber ct.request.servicename ct.request.taskdefinition \
    ct.request.username ct.response.reservationid ct.response.subnetid ct.shortsrc ct.src ct.srcip ct.time \
    ct.user ct.user.accountid ct.user.arn ct.user.identitytype ct.user.principalid ct.useragent evt.abspath \
    evt.arg evt.arg.cmd evt.arg.fd evt.arg.filename evt.arg.flags evt.arg.linkpath evt.arg.mode evt.arg.name \
    evt.arg.newpath evt.arg.oldpath evt.arg.path evt.arg.target evt.arg.uid evt.args evt.asynctype evt.buffer \
    evt.buflen evt.category evt.count evt.cpu evt.date evt.datetime evt.deltatime evt.dir evt.failed \
    evt.hostname evt.info evt.io_dir evt.is_async evt.is_io evt.is_io_read evt.is_io_write evt.is_open_create \
    evt.is_open_exec evt.is_open_read evt.is_open_write evt.is_syslog evt.is_wait evt.latency evt.num \
    evt.plugininfo evt.pluginname evt.pluginversion evt.rawarg evt.rawres evt.rawtime evt.reltime evt.res \
    evt.source evt.time evt.time.iso8601 evt.type evt.wait_latency fd.cip fd.cip.name fd.cnet fd.connected \
    fd.containerdirectory fd.containername fd.cport fd.cproto fd.dev fd.dev.major fd.dev.minor fd.directory \
    fd.filename fd.ino fd.ip fd.is_lower_layer fd.is_server fd.is_upper_layer fd.l4proto fd.lip fd.lip.name \
    fd.lnet fd.lport fd.lproto fd.name fd.name_changed fd.nameraw fd.net fd.num fd.port fd.proto fd.rip \
    fd.rip.name fd.rnet fd.rport fd.rproto fd.sip fd.sip.name fd.snet fd.sockfamily fd.sport fd.sproto fd.type \
    fd.typechar fd.types fd.uid gcp.authorizationInfo gcp.callerIP gcp.cloudfunctions.function \
    gcp.cloudsql.databaseId gcp.methodName gcp.policyDelta gcp.projectId gcp.request gcp.serviceName \
    gcp.storage.bucket gcp.user gcp.userAgent github.action github.collaborator.name github.collaborator.role \
    github.diff.committed_secrets.desc github.diff.committed_secrets.files github.diff.committed_secrets.lines \
    github.diff.committed_secrets.links github.org github.owner github.repo.name github.repo.url github.type \
    github.user github.webhook.id github.webhook.type github.workflow.filename group.gid group.name jevt.rawtime \
    jevt.time jevt.value json.obj json.value k8s.deployment.name k8s.ns.label k8s.ns.labels k8s.ns.name \
    k8s.pod.cni.json k8s.pod.full_sandbox_id k8s.pod.id k8s.pod.ip k8s.pod.label k8s.pod.labels k8s.pod.name \
    k8s.pod.sandbox_id k8s.pod.uid k8s.rc.name k8s.rs.name k8s.svc.name k8smeta.deployment.name k8smeta.ns.name \
    k8smeta.pod.name k8smeta.pod.uid k8smeta.rs.name k8smeta.svc.name ka.auditid ka.auth.decision ka.auth.reason \
    ka.cluster.name ka.impuser.name ka.req.binding.role ka.req.binding.subjects ka.req.configmap.name \
    ka.req.pod.containers.allow_privilege_escalation ka.req.pod.containers.image \
    ka.req.pod.containers.privileged ka.req.pod.containers.read_only_fs ka.req.pod.ephemeralContainers.image \
    ka.req.pod.host_ipc ka.req.pod.host_network ka.req.pod.host_pid ka.req.pod.initContainers.image \
    ka.req.pod.volumes.hostpath ka.req.role.rules ka.req.role.rules.resources ka.req.role.rules.verbs \
    ka.req.service.ports ka.resp.name ka.response.code ka.response.reason ka.sourceips ka.stage ka.target.name \
    ka.target.namespace ka.target.pod.name ka.target.resource ka.target.subresource ka.uri ka.uri.param \
    ka.user.groups ka.user.name ka.useragent ka.verb krsi.cip krsi.cport krsi.dirfd krsi.domain krsi.fd \
    krsi.file_index krsi.flags krsi.iou_ret krsi.linkdirfd krsi.linkpath krsi.mode krsi.name krsi.newdirfd \
    krsi.newpath krsi.olddirfd krsi.oldpath krsi.path krsi.protocol krsi.res krsi.sip krsi.sport krsi.target \
    krsi.type okta.actor.alternateid okta.actor.id okta.actor.name okta.actor.type okta.client.geo.country \
    okta.client.ip okta.client.zone okta.evt.type okta.mfa.deny.countlast okta.mfa.failure.countlast okta.reason \
    okta.target.app.alternateid okta.target.group.name okta.target.user.name proc.acmdline proc.aenv proc.aexe \
    proc.aexepath proc.aname proc.apid proc.args proc.cmdlenargs proc.cmdline proc.cmdnargs proc.cwd \
    proc.duration proc.env proc.exe proc.exe_ino proc.exe_ino.ctime proc.exe_ino.ctime_duration_pidns_start \
    proc.exe_ino.ctime_duration_proc_start proc.exe_ino.mtime proc.exeline proc.exepath proc.fdlimit \
    proc.fdopencount proc.is_container_healthcheck proc.is_container_liveness_probe \
    proc.is_container_readiness_probe proc.is_exe_from_memfd proc.is_exe_lower_layer proc.is_exe_upper_layer \
    proc.is_exe_writable proc.is_pgid_leader proc.is_sid_leader proc.is_vpgid_leader proc.loginshellid proc.name \
    proc.nchilds proc.nthreads proc.pcmdline proc.pexe proc.pexepath proc.pgid proc.pgid.exe proc.pgid.exepath \
    proc.pgid.name proc.pid proc.pid.ts proc.pname proc.ppid proc.ppid.duration proc.ppid.ts proc.pvpid proc.sid \
    proc.sid.exe proc.sid.exepath proc.sname proc.stderr.name proc.stderr.type proc.stdin.name proc.stdin.type \
    proc.stdout.name proc.stdout.type proc.tty proc.vmrss proc.vmsize proc.vmswap proc.vpgid proc.vpgid.exe \
    proc.vpgid.exepath proc.vpgid.name proc.vpid proc.vsid proc.vsname s3.bucket s3.key s3.uri syscall.type \
    thread.cap_effective thread.cap_inheritable thread.cap_permitted thread.cgroup thread.cgroups thread.cpu \
    thread.ismain thread.nametid thread.tid thread.totaltime thread.vmsize thread.vtid user.homedir \
    user.loginname user.loginuid user.name user.shell user.uid";

const MACROS: &str = "\
    access_log_files allowed_clear_log_files allowed_ssh_hosts always_true bin_dir bin_dir_mkdir bin_dir_rename \
    chmod consider_packet_socket_communication container container_entrypoint create_hardlink create_symlink \
    cron_service_spawn docker_procs dup etc_dir inbound inbound_outbound interactive interpreted_procs kcreate \
    kdelete kernel_module_load kevt kget kmodify known_drop_and_execute_activities memfd_create minerpool_http \
    minerpool_https mkdir modify mount_info network_tool_procs never_true nrpe_becoming_nagios open_directory \
    open_file_failed open_read open_write outbound package_mgmt_ancestor_procs package_mgmt_procs pod \
    private_key_or_password proc_is_new proc_name_exists protected_shell_spawner remove rename root_dir \
    rpm_procs run_by_package_mgmt_binaries sensitive_files server_procs shell_config_files shell_history \
    shell_procs somebody_becoming_themselves spawned_process ssh_port system_procs truncate_shell_history \
    user_known_shell_config_modifiers user_read_sensitive_file_containers";
