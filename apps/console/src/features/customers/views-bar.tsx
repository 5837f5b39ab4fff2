import { CloseOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input, Popover } from 'antd'
import { useState } from 'react'
import { api, showProblem } from '../../app/api.ts'
import { markFields } from '../../app/form.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import { type Filters, readFilters, sameFilters } from './filters.ts'
import { texts } from './list-texts.ts'

/** The person's own saved filters, one click each. */
export function ViewsBar({ filters, onChoose }: { filters: Filters; onChoose: (filters: Filters) => void }) {
  const t = useTexts(texts)
  const { store } = useStore()
  const cache = useQueryClient()
  const [naming, setNaming] = useState(false)
  const [form] = Form.useForm<{ name: string }>()
  const scope = { storeId: store.id, page: 'customers' as const }
  const views = useQuery(api.customers.views.queryOptions({ input: scope }))
  const refresh = () => cache.invalidateQueries({ queryKey: api.customers.views.key() })
  const save = useMutation(
    api.customers.saveView.mutationOptions({
      onSuccess: async () => {
        setNaming(false)
        form.resetFields()
        notify('success', t.views.saved)
        await refresh()
      },
      onError: (error) => {
        if (!markFields(form, error)) showProblem(error)
      },
    }),
  )
  const remove = useMutation(
    api.customers.deleteView.mutationOptions({
      onSuccess: async () => {
        notify('success', t.views.removed)
        await refresh()
      },
    }),
  )
  const saved = (views.data ?? []).map((view) => ({ ...view, filters: readFilters(view.filters) }))
  const none = Object.keys(filters).length === 0
  const isSaved = none || saved.some((view) => sameFilters(view.filters, filters))
  if (saved.length === 0 && none) return null
  return (
    <nav className="views" aria-label={t.views.label}>
      <button type="button" className="view" aria-pressed={none} onClick={() => onChoose({})}>
        {t.views.all}
      </button>
      {saved.map((view) => (
        <span key={view.id} className="view-saved">
          <button
            type="button"
            className="view"
            aria-pressed={sameFilters(view.filters, filters)}
            onClick={() => onChoose(view.filters)}
          >
            {view.name}
          </button>
          <button
            type="button"
            className="view-remove"
            aria-label={t.views.remove(view.name)}
            title={t.views.remove(view.name)}
            onClick={() => remove.mutate({ ...scope, viewId: view.id })}
          >
            <CloseOutlined aria-hidden />
          </button>
        </span>
      ))}
      {isSaved ? null : (
        <Popover
          open={naming}
          onOpenChange={setNaming}
          trigger="click"
          placement="bottomLeft"
          content={
            <Form
              form={form}
              layout="inline"
              onFinish={({ name }) => save.mutate({ ...scope, name, filters: { ...filters } })}
            >
              <Form.Item name="name" rules={[{ required: true, message: t.views.name }]}>
                <Input aria-label={t.views.name} placeholder={t.views.name} maxLength={30} autoFocus />
              </Form.Item>
              <Button type="primary" htmlType="submit" loading={save.isPending}>
                {t.form.save}
              </Button>
            </Form>
          }
        >
          <Button type="link" size="small" icon={<PlusOutlined aria-hidden />}>
            {t.views.save}
          </Button>
        </Popover>
      )}
    </nav>
  )
}
