{{/* Labels of a part of the release. Call with (dict "root" $ "part" "api"). */}}
{{- define "trilogue.selector" -}}
app.kubernetes.io/name: trilogue
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "trilogue.labels" -}}
{{ include "trilogue.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "trilogue.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Of a pod: users without rights, and no token of the cluster's API. Call with the user's id. */}}
{{- define "trilogue.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "trilogue.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* A variable from the secret. Call with (dict "root" $ "name" "X" "key" "x" "optional" true). */}}
{{- define "trilogue.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef: {name: {{ .root.Values.secret }}, key: {{ .key }}, optional: {{ .optional | default false }}}
{{- end }}

{{- define "trilogue.database" -}}
{{- if .Values.postgresql.enabled -}}
{{ include "trilogue.secretVariable" (dict "root" . "name" "POSTGRES_PASSWORD" "key" "postgres-password") }}
- name: TRILOGUE_DATABASE_URL
  value: postgresql://trilogue:$(POSTGRES_PASSWORD)@{{ .Release.Name }}-postgresql:5432/trilogue
{{- else -}}
{{ include "trilogue.secretVariable" (dict "root" . "name" "TRILOGUE_DATABASE_URL" "key" "database-url") }}
{{- end }}
{{- end }}

{{/* A claim's size, mode and class. Call with (dict "of" .Values.qdrant "mode" "ReadWriteOnce"). */}}
{{- define "trilogue.claim" -}}
accessModes: [{{ .mode }}]
{{- with .of.storageClass }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests: {storage: {{ .of.size }}}
{{- end }}

{{/* What the API and the fetching of weights are told. The root is read-only: HOME is in /tmp. */}}
{{- define "trilogue.settings" -}}
- {name: HOME, value: /tmp}
{{- with .Values.generator.url }}
- {name: TRILOGUE_GENERATOR_URL, value: {{ . | quote }}}
- {name: TRILOGUE_GENERATOR_MODEL, value: {{ required "generator.model is missing: the model's name at generator.url." $.Values.generator.model | quote }}}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
